"""#61-#64: the firm's people and whom it asked to join. For those who run it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock
from smsmerkezi.core.ids import row_id
from tenants import invitations, team
from tenants.api_team_bodies import INVITATION, PERSON, InvitationEnd, InvitationRow, TeamBody
from tenants.models import Invitation, User

TAG = "Panel - Kullanıcılar"
BAD_ROLE = "Rol admin, operator ya da viewer olmalıdır."


class Invite(serializers.Serializer[Any]):
    email = Text(
        max_length=254,
        help_text="Davet edilecek e-posta",
        error_messages={
            "required": "E-posta zorunludur.",
            "blank": "E-posta zorunludur.",
            "null": "E-posta zorunludur.",
            "invalid": "E-posta metin olmalıdır.",
            "max_length": "E-posta adresi geçersiz.",
        },
    )
    role = serializers.ChoiceField(
        team.ROLES,
        help_text="admin, operator ya da viewer",
        error_messages={
            "required": "Rol zorunludur.",
            "null": "Rol zorunludur.",
            "invalid_choice": BAD_ROLE,
        },
    )


class TeamView(ApiView):
    ability = "*"
    permission = "users.manage"


class Users(TeamView):
    @extend_schema(
        operation_id="listUsers",
        summary="Kullanıcılar ve bekleyen davetler",
        description="Firmanızın kullanıcıları ve henüz kabul edilmemiş davetler. Yönetici yetkisi gerekir.",
        tags=[TAG],
        examples=[schema.answered(200, {"data": {"users": [PERSON], "invitations": [INVITATION]}})],
        responses={200: OpenApiResponse(inline_serializer("TeamList", {"data": TeamBody}), "Kullanıcılar")},
    )
    def get(self, request: Request) -> Response:
        firm = self.actor.tenant
        people = [_person(row) for row in team.members(firm)]
        asked = [_asked(row) for row in invitations.pending(firm)]
        return Response({"data": {"users": people, "invitations": asked}})


class Invitations(TeamView):
    @extend_schema(
        operation_id="inviteUser",
        summary="Kullanıcı davet et",
        description="E-postaya 7 gün geçerli bir davet bağlantısı gönderilir.",
        tags=[TAG],
        request=Invite,
        examples=[
            schema.asked({"email": INVITATION["email"], "role": INVITATION["role"]}),
            schema.answered(201, {"data": INVITATION}),
        ],
        responses={
            201: OpenApiResponse(inline_serializer("InvitedUser", {"data": InvitationRow()}), "Davet edildi"),
            **schema.problem(400, "Gövde okunamadı"),
            **schema.problem(413, "Gövde 256 kB'tan büyük"),
            **schema.problem(415, "Gövde JSON değil"),
            **schema.problem(422, "E-posta kayıtlı, bekleyen davet var ya da alanlardan biri geçersiz"),
        },
    )
    def post(self, request: Request) -> Response:
        form = Invite(data=request.data)
        form.is_valid(raise_exception=True)
        made = invitations.invite(by=self.actor, **form.validated_data)
        return Response({"data": _asked(made)}, 201)


class OneInvitation(TeamView):
    @extend_schema(
        operation_id="cancelInvitation",
        summary="Daveti iptal et",
        description="Gönderilen bağlantı hemen geçersiz olur.",
        tags=[TAG],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Davet kimliği")],
        examples=[schema.answered(200, {"data": {"id": 564, "status": "cancelled"}})],
        responses={
            200: OpenApiResponse(
                inline_serializer("CancelledInvitation", {"data": InvitationEnd()}),
                "İptal edildi",
            ),
            **schema.problem(404, "Davet bulunamadı"),
            **schema.problem(422, "Davet kabul edilmiş, iptal edilmiş ya da süresi dolmuş"),
        },
    )
    def delete(self, request: Request, **path: str) -> Response:
        ended = invitations.cancel(by=self.actor, invitation_id=row_id(path["id"]))
        return Response({"data": {"id": ended.pk, "status": ended.status}})


class OneUser(TeamView):
    @extend_schema(
        operation_id="removeUser",
        summary="Kullanıcıyı çıkar",
        description="Oturumları ve API anahtarları hemen geçersiz olur. Kendinizi ve son yöneticiyi çıkaramazsınız.",
        tags=[TAG],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Kullanıcı kimliği")],
        responses={
            204: OpenApiResponse(description="Çıkarıldı"),
            **schema.problem(404, "Kullanıcı bulunamadı"),
            **schema.problem(422, "Kendiniz ya da firmanın son yöneticisi"),
        },
    )
    def delete(self, request: Request, **path: str) -> Response:
        team.remove(by=self.actor, user_id=row_id(path["id"]))
        return Response(status=204)


def _person(row: User) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "two_factor_enabled": row.two_factor,
        "last_login_at": clock.iso_utc(row.last_login) if row.last_login else None,
        "created_at": clock.iso_utc(row.created_at),
    }


def _asked(row: Invitation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "role": row.role,
        "status": row.status,
        "expires_at": clock.iso_utc(row.expires_at),
        "created_at": clock.iso_utc(row.created_at),
    }
