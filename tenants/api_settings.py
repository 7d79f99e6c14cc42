"""#42-#45: one's own settings and, for administrators, the firm's."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from messaging.senders import approval
from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock
from tenants import access, consent, passwords, privacy, profile, second_factor
from tenants.models import Tenant, User

TAG = "Panel - Ayarlar"
TIME_ZONE = "Europe/Istanbul"


def tenant_row(firm: Tenant) -> dict[str, Any]:
    return {
        "id": firm.pk,
        "name": firm.name,
        "slug": firm.slug,
        "default_originator": firm.default_originator or None,
        "gateway": firm.gateway or None,
        "dlr_enabled": firm.dlr_enabled,
        "webhook_url": firm.webhook_url or None,
    }


def user_row(user: User) -> dict[str, Any]:
    given = consent.given_at(user)
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "phone": user.phone or None,
        "role": user.role,
        "two_factor_enabled": second_factor.is_on(user),
        "kvkk_consented_at": clock.iso_utc(given) if given else None,
        "email_verified_at": clock.iso_utc(user.email_verified_at) if user.email_verified_at else None,
    }


def _optional(word: str, hint: str) -> Text:
    errors: dict[str, Any] = {"invalid": f"{word} metin olmalıdır."}
    return Text(required=False, allow_null=True, allow_blank=True, help_text=hint, error_messages=errors)


def _required(word: str, hint: str) -> Text:
    missing = f"{word} zorunludur."
    errors: dict[str, Any] = dict.fromkeys(("required", "null"), missing) | {
        "invalid": f"{word} metin olmalıdır."
    }
    return Text(allow_blank=True, trim_whitespace=False, help_text=hint, error_messages=errors)


class ProfileChange(serializers.Serializer[Any]):
    name = _required("Ad soyad", "Kendi adınız, en çok 150 karakter")
    tenant_name = _optional("Firma adı", "Firmanın adı (yalnızca admin)")
    default_originator = _optional("Varsayılan gönderici", "Onaylı bir gönderici adı (yalnızca admin)")
    webhook_url = _optional("Webhook adresi", "https adresi (yalnızca admin)")


class PasswordChange(serializers.Serializer[Any]):
    current_password = _required("Mevcut parola", "Şimdiki parola")
    new_password = _required("Yeni parola", "En az 12 karakter, en az bir harf ve bir rakam")
    new_password_confirmation = _required("Yeni parola doğrulaması", "Yeni parola, bir kez daha")


class Withdrawal(serializers.Serializer[Any]):
    reason = _optional("Açıklama", "Firma yöneticilerine iletilir, en çok 500 karakter")


TenantBody = inline_serializer(
    "SettingsTenant",
    {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "slug": serializers.CharField(),
        "default_originator": serializers.CharField(allow_null=True),
        "gateway": serializers.CharField(allow_null=True),
        "dlr_enabled": serializers.BooleanField(),
        "webhook_url": serializers.URLField(allow_null=True),
    },
)
UserBody = inline_serializer(
    "SettingsUser",
    {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "email": serializers.CharField(),
        "phone": serializers.CharField(allow_null=True),
        "role": serializers.ChoiceField(access.ROLES),
        "two_factor_enabled": serializers.BooleanField(),
        "kvkk_consented_at": serializers.DateTimeField(allow_null=True),
        "email_verified_at": serializers.DateTimeField(allow_null=True),
    },
)
LooksBody = inline_serializer(
    "SettingsLooks",
    {
        "timezone": serializers.CharField(),
        "locale": serializers.CharField(),
        "can_see_full_msisdn": serializers.BooleanField(),
    },
)


def _data(name: str, fields: dict[str, Any]) -> Any:
    return inline_serializer(name, {"data": inline_serializer(f"{name}Data", fields)})


EXAMPLE = {
    "tenant": {
        "id": 16,
        "name": "ABC Sirket",
        "slug": "abc-sirket",
        "default_originator": "ABCSIRKET",
        "gateway": "mock",
        "dlr_enabled": True,
        "webhook_url": "https://example.com/wh",
    },
    "user": {
        "id": 12,
        "name": "Ahmet Yilmaz",
        "email": "ahmet@example.com",
        "phone": "+905551234567",
        "role": "admin",
        "two_factor_enabled": False,
        "kvkk_consented_at": "2026-05-01T08:00:00+00:00",
        "email_verified_at": "2026-05-01T08:00:00+00:00",
    },
}
LOOKS = {"timezone": TIME_ZONE, "locale": "tr", "can_see_full_msisdn": True}
BODIES = {
    **schema.problem(400, "Gövde okunamadı"),
    **schema.problem(413, "Gövde 256 kB'tan büyük"),
    **schema.problem(415, "Gövde JSON değil"),
}


class Settings(ApiView):
    ability = "*"
    permission = "settings.read"

    @extend_schema(
        operation_id="getSettings",
        summary="Ayarlar",
        tags=[TAG],
        examples=[schema.answered(200, {"data": {**EXAMPLE, "settings": LOOKS}})],
        responses={
            200: OpenApiResponse(
                _data("Settings", {"tenant": TenantBody, "user": UserBody, "settings": LooksBody}), "Ayarlar"
            )
        },
    )
    def get(self, request: Request) -> Response:
        firm, user = profile.of(by=self.actor)
        whole = access.can(user, "msisdn.view_full")
        looks = {"timezone": TIME_ZONE, "locale": user.language, "can_see_full_msisdn": whole}
        return Response({"data": {"tenant": tenant_row(firm), "user": user_row(user), "settings": looks}})


class Profile(ApiView):
    ability = "*"
    permission = "settings.own"

    @extend_schema(
        operation_id="updateProfile",
        summary="Profil güncelle",
        description="Firma alanlarını yalnızca admin değiştirebilir; verilmeyen alan olduğu gibi kalır.",
        tags=[TAG],
        request=ProfileChange,
        examples=[
            schema.asked(
                {
                    "name": "Ahmet Yilmaz",
                    "tenant_name": "ABC Sirket",
                    "default_originator": "ABCSIRKET",
                    "webhook_url": "https://example.com/wh",
                }
            ),
            schema.answered(200, {"data": EXAMPLE}),
        ],
        responses={
            200: OpenApiResponse(_data("Profile", {"tenant": TenantBody, "user": UserBody}), "Güncellendi"),
            **BODIES,
            **schema.problem(422, "Alanlardan biri geçersiz"),
        },
    )
    def put(self, request: Request) -> Response:
        form = ProfileChange(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        name, change = given.pop("name"), profile.FirmChange(**given)
        profile.change(by=self.actor, name=name, firm=change, approved=approval.approved_labels)
        firm, user = profile.of(by=self.actor)
        return Response({"data": {"tenant": tenant_row(firm), "user": user_row(user)}})


class Password(ApiView):
    ability = "*"
    permission = "settings.own"

    @extend_schema(
        operation_id="changePassword",
        summary="Parola değiştir",
        description="Kullanıcının öteki oturumları ve anahtarları iptal edilir.",
        tags=[TAG],
        request=PasswordChange,
        examples=[
            schema.asked(
                {
                    "current_password": "GucluParola2026!",
                    "new_password": "yenisifre12345",
                    "new_password_confirmation": "yenisifre12345",
                }
            ),
            schema.answered(200, {"data": {"updated": True}}),
        ],
        responses={
            200: OpenApiResponse(
                _data("PasswordChanged", {"updated": serializers.BooleanField()}), "Değişti"
            ),
            **BODIES,
            **schema.problem(422, "Mevcut parola hatalı ya da yeni parola uygun değil"),
            **schema.problem(429, "Mevcut parola çok kez yanlış girildi"),
        },
    )
    def put(self, request: Request) -> Response:
        form = PasswordChange(data=request.data)
        form.is_valid(raise_exception=True)
        current, new, again = form.validated_data.values()
        passwords.change(by=self.actor, current=current, new=new, again=again)
        return Response({"data": {"updated": True}})


class KvkkRevoke(ApiView):
    ability = "*"
    permission = "settings.own"

    @extend_schema(
        operation_id="revokeKvkk",
        summary="KVKK onayını geri çek",
        description="Yeniden onaylanmazsa kişisel veriler 30 gün sonra silinir. Panel oturumları kapanır.",
        tags=[TAG],
        request=Withdrawal,
        examples=[
            schema.asked({"reason": "Hesabı artık kullanmıyorum"}),
            schema.answered(202, {"data": {"queued": True, "revoked_at": "2026-05-11T08:00:00+00:00"}}),
        ],
        responses={
            202: OpenApiResponse(
                _data(
                    "KvkkRevoked",
                    {"queued": serializers.BooleanField(), "revoked_at": serializers.DateTimeField()},
                ),
                "Geri çekildi",
            ),
            **BODIES,
            **schema.problem(422, "Açıklama 500 karakterden uzun"),
        },
    )
    def post(self, request: Request) -> Response:
        form = Withdrawal(data=request.data)
        form.is_valid(raise_exception=True)
        at = privacy.withdraw(by=self.actor, reason=form.validated_data.get("reason") or "")
        return Response({"data": {"queued": True, "revoked_at": clock.iso_utc(at)}}, 202)
