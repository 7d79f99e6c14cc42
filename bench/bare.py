"""The limit of (a): a DRF view that only checks types and stores one row. No token, no limit, no credit, no promise."""

from typing import Any

from django.db import connection
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.models import BareMessage


class BareRequest(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=1000)
    recipients = serializers.ListField(child=serializers.CharField(max_length=32), min_length=1, max_length=1)
    originator = serializers.CharField(max_length=11)


class BareMessageData(serializers.ModelSerializer[BareMessage]):
    class Meta:
        model = BareMessage
        fields = ["id", "msisdn", "originator", "body", "state", "created_at"]


class BareSend(APIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def post(self, request: Request) -> Response:
        form = BareRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        message = BareMessage.objects.create(
            tenant_id=1,
            msisdn=int(asked["recipients"][0]),
            originator=asked["originator"],
            body=asked["body"],
        )
        return Response({"data": BareMessageData(message).data}, status=202)


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(BareMessage)
