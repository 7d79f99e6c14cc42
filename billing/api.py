"""#5: balance, reserved, available. No `data` around them (contract D16)."""

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import ledger
from smsmerkezi.api import schema
from smsmerkezi.api.views import ApiView

BalanceBody = inline_serializer(
    "Balance",
    {
        "balance": serializers.IntegerField(),
        "reserved": serializers.IntegerField(),
        "available": serializers.IntegerField(),
        "currency": serializers.CharField(),
    },
)


class Balance(ApiView):
    ability = "balance:read"
    permission = "balance.read"

    @extend_schema(
        operation_id="getBalance",
        summary="Bakiye",
        description="SMS kredisi olarak: toplam, bekleyen gönderimlere ayrılmış olan ve kullanılabilir olan.",
        tags=["Bakiye"],
        examples=[
            schema.answered(200, {"balance": 5000, "reserved": 120, "available": 4880, "currency": "sms"})
        ],
        responses={200: OpenApiResponse(BalanceBody, "Bakiye")},
    )
    def get(self, request: Request) -> Response:
        account = ledger.account_of(self.actor.tenant)
        return Response(
            {
                "balance": account.balance,
                "reserved": account.reserved,
                "available": account.available,
                "currency": "sms",
            }
        )
