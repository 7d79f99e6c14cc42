"""#5: balance, reserved, available. No `data` around them (contract D16)."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import ledger
from smsmerkezi.api.views import ApiView


class Balance(ApiView):
    ability = "balance:read"
    permission = "balance.read"

    @extend_schema(
        summary="Bakiye",
        tags=["Bakiye"],
        responses=inline_serializer(
            "Balance",
            {
                "balance": serializers.IntegerField(),
                "reserved": serializers.IntegerField(),
                "available": serializers.IntegerField(),
                "currency": serializers.CharField(),
            },
        ),
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
