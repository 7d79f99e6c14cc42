"""What #61-#64 answer, as the OpenAPI document says it."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from tenants import team
from tenants.models import Invitation


class TeamMember(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(team.ROLES)
    two_factor_enabled = serializers.BooleanField()
    last_login_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class InvitationEnd(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Invitation.State.choices)


class InvitationRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(team.ROLES)
    status = serializers.ChoiceField(Invitation.State.choices)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


TeamBody = inline_serializer(
    "Team", {"users": TeamMember(many=True), "invitations": InvitationRow(many=True)}
)
PERSON = {
    "id": 12,
    "name": "Ahmet Yilmaz",
    "email": "ahmet@example.com",
    "role": "admin",
    "two_factor_enabled": False,
    "last_login_at": None,
    "created_at": "2026-05-11T08:00:00+00:00",
}
INVITATION = {
    "id": 564,
    "email": "yeni@example.com",
    "role": "operator",
    "status": "pending",
    "expires_at": "2026-05-18T08:00:00+00:00",
    "created_at": "2026-05-11T08:00:00+00:00",
}
