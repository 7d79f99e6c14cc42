"""#34-#39: a user's own second factor."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, qr
from tenants import enrolment, second_factor
from tenants.second_factor import Standing

TAG = "Panel - 2FA"
OFF = {
    "data": {"enabled": False, "pending_confirmation": False, "recovery_codes_count": 0, "confirmed_at": None}
}
PENDING = {"data": {**OFF["data"], "pending_confirmation": True}}
CODES = [
    "a1b2c3d4e5",
    "f6g7h8i9j1",
    "k2m3n4p5q6",
    "r7s8t9u1v2",
    "w3x4y5z6a7",
    "b8c9d1e2f3",
    "g4h5i6j7k8",
    "m9n1p2q3r4",
]

StandingBody = inline_serializer(
    "TwoFactorStanding",
    {
        "data": inline_serializer(
            "TwoFactorStandingData",
            {
                "enabled": serializers.BooleanField(),
                "pending_confirmation": serializers.BooleanField(),
                "recovery_codes_count": serializers.IntegerField(),
                "confirmed_at": serializers.DateTimeField(allow_null=True),
            },
        )
    },
)
SetupBody = inline_serializer(
    "TwoFactorSetup",
    {
        "data": inline_serializer(
            "TwoFactorSetupData",
            {
                "secret": serializers.CharField(),
                "otpauth_url": serializers.CharField(),
                "qr_svg": serializers.CharField(),
            },
        )
    },
)
_codes = serializers.ListField(child=serializers.CharField())
ConfirmedBody = inline_serializer(
    "TwoFactorConfirmed",
    {
        "data": inline_serializer(
            "TwoFactorConfirmedData",
            {
                "enabled": serializers.BooleanField(),
                "confirmed_at": serializers.DateTimeField(),
                "recovery_codes": _codes,
            },
        )
    },
)
CodesBody = inline_serializer(
    "RecoveryCodes", {"data": inline_serializer("RecoveryCodesData", {"recovery_codes": _codes})}
)
BODY_ANSWERS = {
    **schema.problem(400, "Gövde okunamadı"),
    **schema.problem(413, "Gövde 256 kB'tan büyük"),
    **schema.problem(415, "Gövde JSON değil"),
}


class Code(serializers.Serializer[Any]):
    code = Text(
        max_length=64,
        help_text="Uygulamadaki 6 rakam",
        error_messages={
            "required": "Kod zorunludur.",
            "blank": "Kod zorunludur.",
            "null": "Kod zorunludur.",
            "invalid": "Kod metin olmalıdır.",
            "max_length": "Kod hatali.",
        },
    )


class Password(serializers.Serializer[Any]):
    password = Text(
        max_length=1024,
        trim_whitespace=False,
        help_text="Şimdiki parola",
        error_messages={
            "required": "Parola zorunludur.",
            "blank": "Parola zorunludur.",
            "null": "Parola zorunludur.",
            "invalid": "Parola metin olmalıdır.",
            "max_length": "Sifre hatali.",
        },
    )


class OwnSecondFactor(ApiView):
    permission = "second-factor.own"
    ability = "*"

    def given(self, form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """The body's fields. Raises ValidationError."""
        read = form(data=request.data)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)


class TwoFactor(OwnSecondFactor):
    delete_has_body = True

    @extend_schema(
        operation_id="getTwoFactor",
        summary="2FA durumu",
        description="İki adımlı doğrulamanın durumu.",
        tags=[TAG],
        examples=[schema.answered(200, OFF)],
        responses={200: OpenApiResponse(StandingBody, "Durum")},
    )
    def get(self, request: Request) -> Response:
        return Response(_standing(second_factor.standing(self.actor.person)))

    @extend_schema(
        operation_id="disableTwoFactor",
        summary="2FA kapat",
        description="Kurtarma kodları da geçersiz olur.",
        tags=[TAG],
        request=Password,
        examples=[schema.asked({"password": "GucluParola2026!"}), schema.answered(200, OFF)],
        responses={
            200: OpenApiResponse(StandingBody, "Kapatıldı"),
            **BODY_ANSWERS,
            **schema.problem(422, "Parola hatalı"),
        },
    )
    def delete(self, request: Request) -> Response:
        return Response(_standing(enrolment.disable(by=self.actor, **self.given(Password, request))))


class Setup(OwnSecondFactor):
    @extend_schema(
        operation_id="getTwoFactorSetup",
        summary="2FA kurulum bilgisi",
        description="Bekleyen kurulumun anahtarı ve QR kodu.",
        tags=[TAG],
        examples=[
            schema.answered(
                200,
                {
                    "data": {
                        "secret": "JBSWY3DPEHPK3PXP",
                        "otpauth_url": "otpauth://totp/SMS%20Merkezi:ali@firma.com"
                        "?secret=JBSWY3DPEHPK3PXP&issuer=SMS%20Merkezi",
                        "qr_svg": "<svg…>",
                    }
                },
            )
        ],
        responses={
            200: OpenApiResponse(SetupBody, "Anahtar ve QR kodu"),
            **schema.problem(422, "Bekleyen kurulum yok"),
        },
    )
    def get(self, request: Request) -> Response:
        found = enrolment.setup(by=self.actor)
        data = {"secret": found.secret, "otpauth_url": found.url, "qr_svg": qr.svg(found.url)}
        return Response({"data": data})


class Enable(OwnSecondFactor):
    @extend_schema(
        operation_id="startTwoFactor",
        summary="2FA kurulumunu başlat",
        description="Yeni bir anahtar üretir; ilk kod onaylanana kadar girişte sorulmaz.",
        tags=[TAG],
        request=None,
        examples=[schema.answered(200, PENDING)],
        responses={
            200: OpenApiResponse(StandingBody, "Kurulum başladı"),
            **schema.problem(409, "2FA zaten aktif"),
        },
    )
    def post(self, request: Request) -> Response:
        return Response(_standing(enrolment.start(by=self.actor)))


class Confirm(OwnSecondFactor):
    @extend_schema(
        operation_id="confirmTwoFactor",
        summary="2FA onayla",
        description="Uygulamanın ilk kodu. Kurtarma kodları yalnızca bu yanıtta gösterilir.",
        tags=[TAG],
        request=Code,
        examples=[
            schema.asked({"code": "123456"}),
            schema.answered(
                200,
                {
                    "data": {
                        "enabled": True,
                        "confirmed_at": "2026-05-11T08:00:00+00:00",
                        "recovery_codes": CODES,
                    }
                },
            ),
        ],
        responses={
            200: OpenApiResponse(ConfirmedBody, "Açıldı"),
            **BODY_ANSWERS,
            **schema.problem(409, "2FA zaten aktif"),
            **schema.problem(422, "Kod hatalı ya da bekleyen kurulum yok"),
        },
    )
    def post(self, request: Request) -> Response:
        done = enrolment.confirm(by=self.actor, **self.given(Code, request))
        data = {"enabled": True, "confirmed_at": clock.iso_utc(done.at), "recovery_codes": done.codes}
        return Response({"data": data})


class RecoveryCodes(OwnSecondFactor):
    @extend_schema(
        operation_id="regenerateRecoveryCodes",
        summary="Kurtarma kodlarını yenile",
        description="Eskileri geçersiz olur; yenileri yalnızca bu yanıtta gösterilir.",
        tags=[TAG],
        request=Password,
        examples=[
            schema.asked({"password": "GucluParola2026!"}),
            schema.answered(200, {"data": {"recovery_codes": CODES}}),
        ],
        responses={
            200: OpenApiResponse(CodesBody, "Yenilendi"),
            **BODY_ANSWERS,
            **schema.problem(422, "Parola hatalı ya da 2FA aktif değil"),
        },
    )
    def post(self, request: Request) -> Response:
        codes = enrolment.regenerate(by=self.actor, **self.given(Password, request))
        return Response({"data": {"recovery_codes": codes}})


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "data": {
            "enabled": standing.enabled,
            "pending_confirmation": standing.pending,
            "recovery_codes_count": standing.codes,
            "confirmed_at": clock.iso_utc(standing.confirmed_at) if standing.confirmed_at else None,
        }
    }
