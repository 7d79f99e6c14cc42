"""#26, #28, #29: in through the API, step by step."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import framework, schema
from smsmerkezi.api.fields import Flag, Text
from tenants import api_entrance, login

TAG = "Auth API"
CLOSED = {(403, framework.JSON): OpenApiResponse(framework.Message, "Hesap kapalı ya da firma askıda")}


class LogIn(serializers.Serializer[Any]):
    email = Text(
        max_length=254,
        help_text="Kullanıcının e-postası",
        error_messages={
            "required": "E-posta zorunludur.",
            "blank": "E-posta zorunludur.",
            "null": "E-posta zorunludur.",
            "invalid": "E-posta metin olmalıdır.",
            "max_length": "E-posta en fazla 254 karakter olabilir.",
        },
    )
    password = Text(
        max_length=1024,
        trim_whitespace=False,
        help_text="Parolası",
        error_messages={
            "required": "Parola zorunludur.",
            "blank": "Parola zorunludur.",
            "null": "Parola zorunludur.",
            "invalid": "Parola metin olmalıdır.",
            "max_length": "Parola en fazla 1024 karakter olabilir.",
        },
    )
    device_name = api_entrance.DeviceName()


class Login(framework.AuthView):
    @extend_schema(
        operation_id="logIn",
        summary="Giriş",
        description="İki adımlı doğrulaması olanlar challenge_token, KVKK onayı eksik olanlar consent_token alır.",
        tags=[TAG],
        auth=[],
        request=LogIn,
        examples=[
            schema.asked(
                {"email": "ali@firma.com", "password": "GucluParola2026!", "device_name": "iPhone 16"}
            ),
            schema.answered(200, api_entrance.EXAMPLE),
        ],
        responses={
            200: OpenApiResponse(api_entrance.EnteredOrChallenged, "Oturum ya da ikinci adım"),
            **framework.ANSWERS,
            **api_entrance.CONSENT_MISSING,
            **CLOSED,
            **schema.problem(429, "Parola çok kez yanlış girildi"),
        },
    )
    def post(self, request: Request) -> Response:
        form = LogIn(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        caller = self.caller(given.get("device_name") or "")
        return api_entrance.response(
            request, login.log_in(email=given["email"], password=given["password"], caller=caller)
        )


def _secret(name: str, help_text: str) -> Text:
    sentences = {"required": f"{name} zorunludur.", "blank": f"{name} zorunludur."}
    sentences |= {"null": f"{name} zorunludur.", "invalid": f"{name} metin olmalıdır."}
    sentences |= {"max_length": f"{name} geçersiz."}
    return Text(max_length=64, help_text=help_text, error_messages=sentences)


def _code(name: str, help_text: str) -> Text:
    sentences = {"invalid": f"{name} metin olmalıdır.", "max_length": f"{name} hatalı."}
    return Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=64,
        help_text=help_text,
        error_messages=sentences,
    )


class TwoFactor(serializers.Serializer[Any]):
    challenge_token = _secret("challenge_token", "Girişten dönen challenge_token")
    code = _code("Doğrulama kodu", "Uygulamadaki 6 rakam")
    recovery_code = _code("Kurtarma kodu", "10 karakterlik kurtarma kodu; code yerine")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("code")) == bool(attrs.get("recovery_code")):
            raise serializers.ValidationError(
                {"code": ["Doğrulama kodu ya da kurtarma kodu, ikisinden biri gönderilmelidir."]}
            )
        return attrs


class TwoFactorChallenge(framework.AuthView):
    @extend_schema(
        operation_id="answerTwoFactor",
        summary="İki adımlı doğrulama",
        description="challenge_token 300 saniye ve beş deneme geçerlidir, bir kez kullanılır.",
        tags=[TAG],
        auth=[],
        request=TwoFactor,
        examples=[
            schema.asked({"challenge_token": api_entrance.EXAMPLE_UUID, "code": "123456"}),
            schema.answered(200, api_entrance.EXAMPLE),
        ],
        responses={
            200: OpenApiResponse(api_entrance.Entered, "Oturum"),
            **framework.ANSWERS,
            **CLOSED,
            **schema.problem(429, "Kod çok kez yanlış girildi"),
        },
    )
    def post(self, request: Request) -> Response:
        form = TwoFactor(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        step = login.answer(
            challenge_token=given["challenge_token"],
            code=given.get("code") or "",
            recovery_code=given.get("recovery_code") or "",
            caller=self.caller(),
        )
        return api_entrance.response(request, step)


class Consent(serializers.Serializer[Any]):
    consent_token = _secret("consent_token", "Girişten dönen consent_token")
    kvkk_consent = Flag(
        help_text="KVKK aydınlatma metninin onayı; true olmalıdır",
        error_messages=dict.fromkeys(("required", "null", "invalid"), api_entrance.KVKK_SENTENCE),
    )
    device_name = api_entrance.DeviceName()

    def validate_kvkk_consent(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(api_entrance.KVKK_SENTENCE)
        return value


class KvkkConsent(framework.AuthView):
    @extend_schema(
        operation_id="giveKvkkConsent",
        summary="KVKK onayı",
        description="Onayı eksik ya da geri çekilmiş kullanıcılar için. İki adımlı doğrulaması olanlar challenge_token alır.",
        tags=[TAG],
        auth=[],
        request=Consent,
        examples=[
            schema.asked(
                {"consent_token": api_entrance.EXAMPLE_UUID, "kvkk_consent": True, "device_name": "iPhone 16"}
            ),
            schema.answered(200, api_entrance.EXAMPLE),
        ],
        responses={
            200: OpenApiResponse(api_entrance.EnteredOrChallenged, "Oturum ya da ikinci adım"),
            **framework.ANSWERS,
            **CLOSED,
        },
    )
    def post(self, request: Request) -> Response:
        form = Consent(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        caller = self.caller(given.get("device_name") or "")
        step = login.agree(consent_token=given["consent_token"], caller=caller)
        return api_entrance.response(request, step)
