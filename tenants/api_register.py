"""#27: sign up through the API."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import framework, schema
from smsmerkezi.api.fields import Flag, Text
from tenants import api_entrance, privacy, registration

ASKED = {
    "company_name": "Akin Tekstil A.S.",
    "name": "Ali Akin",
    "email": "ali@akintekstil.com",
    "password": "GucluParola2026!",
    "phone": "+905551234567",
    "kvkk_consent": True,
    "device_name": "iPhone 16",
    "password_confirmation": "GucluParola2026!",
}
CONSENT = privacy.ConsentMissing().message


def _text(word: str, hint: str, **options: Any) -> Text:
    """The domain says what is wrong with a text; here only that it is one."""
    missing = f"{word} zorunludur."
    errors: dict[str, Any] = {"required": missing, "null": missing, "invalid": f"{word} metin olmalıdır."}
    return Text(allow_blank=True, trim_whitespace=False, help_text=hint, error_messages=errors, **options)


class Register(serializers.Serializer[Any]):
    company_name = _text("Firma adı", "Firmanın adı, en çok 150 karakter")
    name = _text("Ad soyad", "İlk yöneticinin adı, en çok 150 karakter")
    email = _text("E-posta", "Yöneticinin e-postası; doğrulama iletisi buraya gider")
    password = _text("Parola", "En az 8 karakter, en az bir harf ve bir rakam")
    password_confirmation = _text("Parola doğrulaması", "Parola, bir kez daha")
    phone = _text("Telefon", "Cep telefonu, isteğe bağlı", required=False, allow_null=True)
    kvkk_consent = Flag(
        help_text="KVKK aydınlatma metni okundu; true olmalıdır",
        error_messages={"required": CONSENT, "null": CONSENT, "invalid": CONSENT},
    )
    device_name = api_entrance.DeviceName()


class SignUp(framework.AuthView):
    @extend_schema(
        operation_id="register",
        summary="Kayıt",
        description="Firma ve ilk yöneticisi oluşur, doğrulama iletisi gider, oturum açılır.",
        tags=["Auth API"],
        auth=[],
        request=Register,
        examples=[schema.asked(ASKED), schema.answered(201, api_entrance.EXAMPLE)],
        responses={201: OpenApiResponse(api_entrance.Entered, "Kayıt tamam"), **framework.ANSWERS},
    )
    def post(self, request: Request) -> Response:
        form = Register(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        device_name = given.pop("device_name", "") or ""
        given["phone"] = given.get("phone") or ""
        application = registration.Application(**given)
        step = registration.register(caller=self.caller(device_name), application=application)
        return api_entrance.response(request, step, 201)
