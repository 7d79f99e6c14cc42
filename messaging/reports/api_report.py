"""#65: the sums of a range of days."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from messaging.reports import api_schema, reading
from messaging.reports.api_words import days, operator
from smsmerkezi.api.views import ApiView

TOTALS = ("messages", "recipients", "parts", "credits", "delivered", "undelivered", "failed", "expired")


class Reports(ApiView):
    ability = "*"
    permission = "reports.read"

    @api_schema.REPORT
    def get(self, request: Request) -> Response:
        firm = self.actor.tenant
        asked = reading.between(*days(request.query_params))
        rows = reading.of(firm, asked)
        return Response(
            {
                "data": {
                    "range": {"date_from": asked.first.isoformat(), "date_to": asked.last.isoformat()},
                    "totals": _totals(reading.totals(rows)),
                    "daily": [_daily(row) for row in reading.daily(rows, asked.days)],
                    "by_status": _by_status(reading.totals(rows)),
                    "by_gateway": _by(rows, "gateway"),
                    "by_originator": _by(rows, "originator"),
                    "by_operator": [
                        {"operator": operator(network) or "unknown", "recipients": n, "delivered": delivered}
                        for network, n, delivered in reading.networks(firm, asked)
                    ],
                }
            }
        )


def _totals(found: dict[str, int]) -> dict[str, Any]:
    known = sum(found[name] for name in ("delivered", "undelivered", "expired", "failed"))
    rate = round(100 * found["delivered"] / found["recipients"], 2) if known else 0.0
    return {
        **{name: found[name] for name in TOTALS},
        "pending": reading.pending(found),
        "delivery_rate": rate,
    }


def _daily(row: dict[str, Any]) -> dict[str, Any]:
    named = {name: row[name] for name in ("recipients", "delivered", "undelivered", "failed")}
    return {
        "date": row["day"].isoformat(),
        **named,
        "pending": reading.pending(row),
        "credits": row["credits"],
    }


def _by_status(found: dict[str, int]) -> dict[str, int]:
    named = {name: found[name] for name in reading.ENDS}
    return {name: n for name, n in {**named, "pending": reading.pending(found)}.items() if n}


def _by(rows: Any, name: str) -> list[dict[str, Any]]:
    return [
        {name: row[name], "recipients": row["recipients"], "delivered": row["delivered"]}
        for row in reading.by(rows, name)
    ]
