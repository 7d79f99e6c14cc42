"""Pushed reports, kept until they are applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateways.base import Network, Report, Status
from smsmerkezi import database

KEEP = """
INSERT INTO sms_heldreport (gateway, provider_id, client_ref, msisdn, status, error_code, network, at, received_at,
  next_try_at, tries)
SELECT %(gateway)s, w.provider_id, w.client_ref, w.msisdn, w.status, w.code, w.network, w.at, now(), now(), 0
FROM unnest(%(provider_ids)s::text[], %(client_refs)s::text[], %(msisdns)s::bigint[], %(statuses)s::text[],
  %(codes)s::text[], %(networks)s::smallint[], %(times)s::timestamptz[])
  AS w(provider_id, client_ref, msisdn, status, code, network, at)
RETURNING id
"""
DUE = """
SELECT id, gateway, provider_id, client_ref, msisdn, status, error_code, network, at FROM sms_heldreport
WHERE next_try_at <= now() ORDER BY next_try_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
DONE = "DELETE FROM sms_heldreport WHERE id = ANY(%(ids)s) RETURNING 1"
# Each wait is twice as long as the one before, from a second to an hour.
PUT_OFF = """
UPDATE sms_heldreport SET tries = tries + 1,
  next_try_at = now() + least(3600, power(2, least(tries, 12))) * interval '1 second'
WHERE id = ANY(%(ids)s) AND received_at > now() - %(hours)s * interval '1 hour' RETURNING id
"""
GIVE_UP = """
DELETE FROM sms_heldreport WHERE id = ANY(%(ids)s) AND received_at <= now() - %(hours)s * interval '1 hour' RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    id: int
    gateway: str
    report: Report


def keep(*, gateway: str, reports: Sequence[Report]) -> int:
    """Store reports; how many."""
    values = {
        "gateway": gateway,
        "provider_ids": [report.provider_id for report in reports],
        "client_refs": [report.client_ref for report in reports],
        "msisdns": [report.msisdn for report in reports],
        "statuses": [str(report.status) for report in reports],
        "codes": [report.error_code for report in reports],
        "networks": [report.network for report in reports],
        "times": [report.at for report in reports],
    }
    return len(database.rows(KEEP, values))


def due(*, limit: int) -> list[Held]:
    """Reports to apply now, locked. Call in a transaction."""
    return [_held(*row) for row in database.rows(DUE, {"limit": limit})]


def _held(
    row_id: int,
    gateway: str,
    provider_id: str,
    client_ref: str,
    msisdn: int,
    status: str,
    code: str,
    network: int | None,
    at: datetime | None,
) -> Held:
    known = Network(network) if network is not None else None
    return Held(row_id, gateway, Report(Status(status), msisdn, provider_id, client_ref, code, at, known))


def done(ids: Sequence[int]) -> None:
    database.rows(DONE, {"ids": list(ids)})


def put_off(ids: Sequence[int], *, hours: int) -> int:
    """Try these again later; those that came more than `hours` ago are given up. How many were."""
    values = {"ids": list(ids), "hours": hours}
    database.rows(PUT_OFF, values)
    return len(database.rows(GIVE_UP, values))
