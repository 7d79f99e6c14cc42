"""What the reference says of #19-#21, #33 and #73-#76."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text

PANEL, ADMIN = "Panel - Gönderici Başlıkları", "Admin - Gönderici Başlıkları"
STATUSES = ("pending", "approved", "rejected")
EXAMPLE = {
    "id": 564,
    "label": "ABCSIRKET",
    "status": "pending",
    "reject_reason": None,
    "has_document": True,
    "document_name": "tescil.pdf",
    "submitted_by": {"id": 12, "name": "Ahmet Yilmaz"},
    "reviewed_by": None,
    "reviewed_at": None,
    "created_at": "2026-05-11T08:00:00+00:00",
}
FIRM = {"id": 16, "name": "ABC Sirket"}
ADMINS = {**dict(list(EXAMPLE.items())[:6]), "tenant": FIRM, **dict(list(EXAMPLE.items())[6:])}


def _named(name: str, **options: bool) -> Any:
    members = {"id": serializers.IntegerField(), "name": serializers.CharField()}
    return inline_serializer(name, members, **options)


MEMBERS: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "id": serializers.IntegerField(),
    "label": serializers.CharField(),
    "status": serializers.ChoiceField(STATUSES),
    "reject_reason": serializers.CharField(allow_null=True),
    "has_document": serializers.BooleanField(),
    "document_name": serializers.CharField(allow_null=True),
    "submitted_by": _named("SenderIdApplicant", allow_null=True),
    "reviewed_by": _named("SenderIdReviewer", allow_null=True),
    "reviewed_at": serializers.DateTimeField(allow_null=True),
    "created_at": serializers.DateTimeField(),
}
Row = inline_serializer("SenderIdRow", {**MEMBERS})  # which takes out what it is given
AdminRow = inline_serializer("SenderIdOfFirm", {**MEMBERS, "tenant": _named("SenderIdFirm")})
One = inline_serializer("OneSenderId", {"data": Row})
AdminOne = inline_serializer("OneSenderIdOfFirm", {"data": AdminRow})
Meta = inline_serializer(
    "SenderIdPageMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
    },
)
ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Başvuru kimliği")
MISSING = schema.problem(404, "Başlık yok ya da başka bir firmanın")


# Only described: what comes in is looked at by the domain.
class Application(serializers.Serializer[Any]):
    label = serializers.CharField(max_length=11, help_text="1-11 karakter: A-Z, a-z, 0-9, nokta, tire")
    document = serializers.FileField(
        help_text="Başlık hakkını gösteren belge; PDF, JPG ya da PNG, en çok 5 MB"
    )

    applicant = serializers.ChoiceField(
        ("company", "brand", "dealer", "person", "public"),
        required=False,
        help_text="Başlık kimin hakkıyla isteniyor; hangi belgenin beklendiğini belirler",
    )
    permit_until = serializers.DateField(
        required=False, help_text="Adı kullanma izninin bitiş günü; dealer için zorunlu"
    )


class Refusal(serializers.Serializer[Any]):
    reject_reason = Text(
        min_length=5,
        max_length=500,
        help_text="Firmaya olduğu gibi gösterilir",
        error_messages={
            **dict.fromkeys(("required", "blank", "null"), "Ret nedeni zorunludur."),
            "invalid": "Ret nedeni metin olmalıdır.",
            **dict.fromkeys(
                ("min_length", "max_length"), "Ret nedeni 5 ile 500 karakter arasında olmalıdır."
            ),
        },
    )


LIST = extend_schema(
    operation_id="listSenderIds",
    summary="Gönderici başlıkları",
    description="Firmanın bütün başvuruları, en yeni önce.",
    tags=[PANEL],
    examples=[schema.answered(200, {"data": [EXAMPLE]})],
    responses={
        200: OpenApiResponse(
            inline_serializer("SenderIdList", {"data": serializers.ListField(child=Row)}), "Başvurular"
        )
    },
)
CREATE = extend_schema(
    operation_id="applyForSenderId",
    summary="Başlık başvurusu",
    description=(
        "Başvuru incelenir; karar genellikle 1-2 iş günü içinde verilir ve bildirilir. Genel sözcükler (INFO, SMS), yalnız "
        "rakamdan oluşan ve internet adresine benzeyen başlıklar kabul edilmez."
    ),
    tags=[PANEL],
    request={"multipart/form-data": Application},
    examples=[
        schema.asked({"label": "ABCSIRKET", "document": "@tescil.pdf"}, "multipart/form-data"),
        schema.answered(201, {"data": EXAMPLE}),
    ],
    responses={
        201: OpenApiResponse(One, "Başvuru alındı"),
        **schema.problem(400, "Gövde okunamadı"),
        **schema.problem(415, "Gövde multipart/form-data değil"),
        **schema.problem(
            422, "Başlık ya da belge kabul edilmiyor, ya da bu başlık için bir başvuru zaten var"
        ),
    },
)
DETAIL = extend_schema(
    operation_id="getSenderId",
    summary="Başlık ayrıntısı",
    description="Durumu, belgesi, ret nedeni.",
    tags=[PANEL],
    parameters=[ID],
    examples=[schema.answered(200, {"data": EXAMPLE})],
    responses={200: OpenApiResponse(One, "Başvuru"), **MISSING},
)
DELETE = extend_schema(
    operation_id="deleteSenderId",
    summary="Başvuruyu sil",
    description="Yalnızca bekleyen ve reddedilmiş başvurular silinir; belgesi de silinir.",
    tags=[PANEL],
    parameters=[ID],
    responses={
        204: OpenApiResponse(description="Silindi"),
        **MISSING,
        **schema.problem(422, "Onaylanmış bir başlık silinmez"),
    },
)
ALL = extend_schema(
    operation_id="listAllSenderIds",
    summary="Bütün firmaların başlıkları",
    description="En yeni önce; varsayılan olarak karar bekleyenler.",
    tags=[ADMIN],
    parameters=[
        OpenApiParameter("status", str, enum=[*STATUSES, "all"], description="Varsayılan: pending."),
        *schema.paging(30),
    ],
    examples=[
        schema.answered(
            200,
            {
                "data": [ADMINS],
                "meta": schema.only_page(30),
            },
        )
    ],
    responses={
        200: OpenApiResponse(
            inline_serializer("SenderIdPage", {"data": serializers.ListField(child=AdminRow), "meta": Meta}),
            "Bir sayfa başvuru",
        ),
        **schema.problem(422, "Geçersiz süzgeç"),
    },
)
APPROVE = extend_schema(
    operation_id="approveSenderId",
    summary="Başlığı onayla",
    description="Zaten onaylıysa yine 200 döner ve hiçbir şey değişmez. Kendi başvurunuzu onaylayamazsınız.",
    tags=[ADMIN],
    parameters=[ID],
    request=None,
    examples=[schema.answered(200, {"data": {**ADMINS, "status": "approved"}})],
    responses={
        200: OpenApiResponse(AdminOne, "Onaylı"),
        **MISSING,
        **schema.problem(422, "Firmanın aynı adla bekleyen ya da onaylı bir başvurusu var"),
    },
)
REJECT = extend_schema(
    operation_id="rejectSenderId",
    summary="Başlığı reddet",
    description="Onaylı bir başlık reddedilirse yetkisi kalkar: bekleyen mesajları gönderilmez, kredileri geri verilir.",
    tags=[ADMIN],
    parameters=[ID],
    request=Refusal,
    examples=[
        schema.asked({"reject_reason": "Marka kullanım belgesi eksik."}),
        schema.answered(
            200, {"data": {**ADMINS, "status": "rejected", "reject_reason": "Marka kullanım belgesi eksik."}}
        ),
    ],
    responses={
        200: OpenApiResponse(AdminOne, "Reddedildi"),
        **schema.problem(400, "Gövde okunamadı"),
        **MISSING,
        **schema.problem(409, "Başvuru zaten reddedilmiş"),
        **schema.problem(413, "Gövde 256 kB'tan büyük"),
        **schema.problem(415, "Gövde JSON değil"),
        **schema.problem(422, "Ret nedeni 5 ile 500 karakter arasında değil"),
    },
)
DOCUMENT = extend_schema(
    operation_id="downloadSenderIdDocument",
    summary="Tescil belgesini indir",
    description="Dosyanın kendisi; her indirme denetim kaydına yazılır.",
    tags=[ADMIN],
    parameters=[ID],
    responses={
        **{
            (200, media): OpenApiResponse(OpenApiTypes.BINARY, "Belge")
            for media in ("application/pdf", "image/jpeg", "image/png")
        },
        **MISSING,
    },
)
