"""#26, #28-#31: in and out through the API."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import framework, schema
from smsmerkezi.api.fields import Text
from tenants import api_entrance, login

TAG = "Auth API"


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
            (403, framework.JSON): OpenApiResponse(framework.Message, "Hesap kapalı ya da firma askıda"),
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
