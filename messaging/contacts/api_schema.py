"""How #56-#60 stand in the API's schema, and what their bodies look like."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text

TAG = "Panel - Rehber"
EXAMPLE = {
    "id": 1,
    "name": "Ahmet",
    "msisdn": "5551234567",
    "tags": ["vip"],
    "opt_out_at": None,
    "address_country": "TR",
    "address_province": "Istanbul",
    "sector": "gida",
    "created_at": "2026-05-11T08:00:00+00:00",
    "address_district": "",
    "landline": "",
    "fields": {},
}
ASKED = {
    "name": "Ahmet Yilmaz",
    "msisdn": "05551234567",
    "tags": "vip,musteri",
    "address_country": "TR",
    "address_province": "Istanbul",
    "address_district": "Kadikoy",
    "landline": "02161234567",
    "sector": "gida",
}
LONG = "value {max_length} karakterden uzun olmamalıdır."  # contract #59
TEXT = "value metin olmalıdır."


def _text(longest: int, words: str, **options: Any) -> Text:
    messages = {"max_length": LONG, "invalid": TEXT}
    return Text(
        max_length=longest,
        required=False,
        allow_blank=True,
        help_text=words,
        error_messages=messages,
        **options,
    )


class ContactBody(serializers.Serializer[Any]):
    name = _text(150, "Ad soyad")
    msisdn = Text(
        max_length=32,
        help_text="Cep telefonu; 0555…, 90555…, +90 555… aynı numaradır",
        error_messages={
            "required": "Telefon numarası zorunludur.",
            "blank": "Telefon numarası zorunludur.",
            "null": "Telefon numarası zorunludur.",
            "invalid": "Telefon numarası metin olmalıdır.",
            "max_length": LONG,
        },
    )
    tags = _text(255, "Virgülle ayrılmış etiketler")
    address_country = _text(64, "Ülke, iki harf; verilmezse TR")
    address_province = _text(64, "İl")
    address_district = _text(64, "İlçe")
    landline = _text(20, "Sabit telefon")
    sector = _text(64, "Sektör")

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a name that DRF keeps for itself."""
        found: dict[str, Any] = super().get_fields()
        found["fields"] = serializers.DictField(
            child=Text(allow_blank=True), required=False, help_text="Kendi alanlarınız: {ad: metin}"
        )
        return found


Row = inline_serializer(
    "Contact",
    {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "msisdn": serializers.CharField(help_text="Yetkiniz yoksa ortası gizlenir"),
        "tags": serializers.ListField(child=serializers.CharField()),
        "opt_out_at": serializers.DateTimeField(allow_null=True),
        "address_country": serializers.CharField(),
        "address_province": serializers.CharField(),
        "sector": serializers.CharField(),
        "created_at": serializers.DateTimeField(),
        "address_district": serializers.CharField(),
        "landline": serializers.CharField(),
    },
)
Stats = inline_serializer(
    "ContactStats", {name: serializers.IntegerField() for name in ("total", "active", "opted_out")}
)
Meta = inline_serializer(
    "ContactPageMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
        "can_see_full_msisdn": serializers.BooleanField(),
    },
)
ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Kişi kimliği")
MISSING = schema.problem(404, "Kişi yok ya da başka bir firmanın")
BAD = {
    **schema.problem(400, "Gövde okunamadı"),
    **schema.problem(413, "Gövde 256 kB'tan büyük"),
    **schema.problem(415, "Gövde JSON değil"),
    **schema.problem(422, "Numara rehberde kayıtlı ya da alanlardan biri geçersiz"),
}
LIST: dict[str, Any] = {
    "operation_id": "listContacts",
    "summary": "Rehber",
    "description": "Arşivde olmayan kişiler, en yeni önce. Sayılar bütün rehberindir.",
    "tags": [TAG],
    "parameters": [
        OpenApiParameter(
            "search", str, description="Adın sözcüklerinin ya da numaranın başı; İ, I, ı ve i birdir"
        ),
        OpenApiParameter("tag", str, description="Tek etiket"),
        OpenApiParameter("status", str, enum=["all", "active", "opted_out"]),
        OpenApiParameter("province", str, description="İl"),
        OpenApiParameter("sector", str, description="Sektörde geçen metin"),
        *schema.paging(30),
    ],
    "examples": [
        schema.answered(
            200,
            {
                "data": [EXAMPLE],
                "meta": {**schema.only_page(30), "can_see_full_msisdn": True},
                "stats": {"total": 42, "active": 40, "opted_out": 2},
            },
        )
    ],
    "responses": {
        200: OpenApiResponse(
            inline_serializer(
                "ContactList", {"data": serializers.ListField(child=Row), "meta": Meta, "stats": Stats}
            ),
            "Bir sayfa kişi",
        ),
        **schema.problem(422, "Geçersiz süzgeç"),
    },
}
One = inline_serializer("OneContact", {"data": Row})
CREATE: dict[str, Any] = {
    "operation_id": "createContact",
    "summary": "Kişi ekle",
    "description": "Her numara rehberde bir kez durur.",
    "tags": [TAG],
    "request": ContactBody,
    "examples": [schema.asked(ASKED), schema.answered(201, {"data": EXAMPLE})],
    "responses": {201: OpenApiResponse(One, "Eklendi"), **BAD},
}
READ: dict[str, Any] = {
    "operation_id": "getContact",
    "summary": "Kişi ayrıntısı",
    "description": "Arşivdeki kişiler de okunur.",
    "tags": [TAG],
    "parameters": [ID],
    "examples": [schema.answered(200, {"data": EXAMPLE})],
    "responses": {200: OpenApiResponse(One, "Kişi"), **MISSING},
}
REPLACE: dict[str, Any] = {
    "operation_id": "replaceContact",
    "summary": "Kişiyi değiştir",
    "description": (
        "Verilmeyen alanlar boşalır. Numaraların ortasını görenler, gördükleri biçimi geri göndererek numarayı "
        "olduğu gibi bırakır."
    ),
    "tags": [TAG],
    "parameters": [ID],
    "request": ContactBody,
    "examples": [schema.asked(ASKED), schema.answered(200, {"data": EXAMPLE})],
    "responses": {200: OpenApiResponse(One, "Değiştirildi"), **BAD, **MISSING},
}
DELETE: dict[str, Any] = {
    "operation_id": "deleteContact",
    "summary": "Kişiyi sil",
    "description": "Numaranın ret kaydı ve geçmiş mesajlar kalır.",
    "tags": [TAG],
    "parameters": [ID],
    "responses": {204: OpenApiResponse(description="Silindi"), **MISSING},
}
