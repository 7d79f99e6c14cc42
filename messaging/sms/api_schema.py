"""How #2-#4 stand in the API's schema. `api_send.read` and the domain decide what is accepted; a test holds both together."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from messaging.sms import sending, words
from smsmerkezi.api import schema

TEXT = "Merhaba, randevunuz yarın saat 14:00'tedir."
EXAMPLE = {
    "id": 123456,
    "uuid": "9c7e4a2f-1b3d-4e5f-9a8b-7c6d5e4f3a2b",
    "body": TEXT,
    "originator": "SMSMERKEZI",
    "status": "queued",
    "parts": 1,
    "encoding": "GSM7",
    "recipients_count": 2,
    "gateway": "mock",
    "created_at": "2026-05-07T10:23:45+00:00",
}
CURSOR = "eyJpZCI6MTIzfQ"
ENCODINGS = ("GSM7", "UCS2")
PAGE = "https://api.smsmerkezi.net/v1/sms"

MESSAGE: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "id": serializers.IntegerField(),
    "uuid": serializers.UUIDField(),
    "body": serializers.CharField(),
    "originator": serializers.CharField(),
    "status": serializers.ChoiceField(list(words.STATUSES)),
    "parts": serializers.IntegerField(),
    "encoding": serializers.ChoiceField(ENCODINGS),
    "recipients_count": serializers.IntegerField(),
    "gateway": serializers.CharField(),
    "created_at": serializers.DateTimeField(),
}
RecipientRow = inline_serializer(
    "MessageRecipient",
    {
        "msisdn": serializers.CharField(),
        "status": serializers.ChoiceField(list(words.STATUSES)),
        "delivered_at": serializers.DateTimeField(allow_null=True),
        "error_code": serializers.CharField(allow_null=True),
    },
    many=True,
)
MessageWithRecipients = inline_serializer(
    "MessageWithRecipients",
    {
        **MESSAGE,
        "scheduled_at": serializers.DateTimeField(allow_null=True),
        "sent_at": serializers.DateTimeField(allow_null=True),
        "recipients": RecipientRow,
    },
)
AcceptedMessage = inline_serializer(
    "AcceptedMessage",
    {
        **MESSAGE,
        "skipped_count": serializers.IntegerField(),
        "scheduled_at": serializers.DateTimeField(allow_null=True),
    },
)
Links = inline_serializer(
    "PageLinks", {name: serializers.URLField(allow_null=True) for name in ("first", "last", "prev", "next")}
)
Meta = inline_serializer(
    "PageMeta",
    {
        "path": serializers.URLField(),
        "per_page": serializers.IntegerField(),
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
    },
)


class SendRequest(serializers.Serializer[Any]):
    body = serializers.CharField(
        max_length=sending.MAX_BODY, trim_whitespace=False, help_text="Mesaj metni, 1-1000 karakter"
    )
    recipients = serializers.ListField(
        child=serializers.CharField(max_length=32),
        min_length=1,
        max_length=sending.MAX_RECIPIENTS,
        help_text="1-1000 numara; E.164 ya da yerel yazım",
    )
    originator = serializers.CharField(
        max_length=11,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Onaylı gönderici adı; verilmezse firmanın varsayılanı",
    )
    scheduled_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="En az 1 dakika, en çok 1 yıl sonrası (ISO-8601); ofset verilmezse Türkiye saati",
    )
    gateway = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Sağlayıcının kısa adı (Servis durumu bunları listeler); verilmezse firmanınki",
    )
    meta = serializers.DictField(
        required=False, allow_null=True, help_text="Kendi verileriniz, en çok 8 kB; denetim kaydına yazılır"
    )
    commercial = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text="Ticari ileti izin saatlerini bekler; yanıttaki scheduled_at ne zaman çıkacağını söyler. Varsayılan: false",
    )


SEND = extend_schema(
    operation_id="sendSms",
    summary="SMS gönder",
    description=(
        "Mesajı kuyruğa alır ve kredisini ayırır; gönderim arka planda yapılır. Ret listesindeki numaralar elenir, "
        "yinelenen numaralar bir kez sayılır. Kullanılan kredi: parça sayısı × alıcı sayısı."
    ),
    tags=["SMS Gönderim"],
    request=SendRequest,
    parameters=[
        OpenApiParameter(
            "Idempotency-Key",
            str,
            OpenApiParameter.HEADER,
            description="Aynı anahtar ve gövde 7 gün boyunca aynı yanıtı alır; mesaj bir kez gönderilir.",
        )
    ],
    examples=[
        schema.asked(
            {
                "body": TEXT,
                "recipients": ["+905551112233", "+905551112244"],
                "originator": "SMSMERKEZI",
                "meta": {"campaign_id": 42, "ref": "order-12345"},
            }
        ),
        schema.answered(202, {"data": {**EXAMPLE, "scheduled_at": None, "skipped_count": 0}}),
    ],
    responses={
        202: OpenApiResponse(inline_serializer("Accepted", {"data": AcceptedMessage}), "Kuyruğa alındı"),
        **schema.problem(400, "Gövde okunamadı"),
        **schema.problem(409, "Aynı Idempotency-Key ile gelen istek sürüyor"),
        **schema.problem(413, "Gövde 256 kB'tan büyük"),
        **schema.problem(415, "Gövde JSON değil"),
        **schema.problem(422, "Doğrulama veya bakiye hatası"),
    },
)
DETAIL = extend_schema(
    operation_id="getSms",
    summary="SMS ayrıntısı",
    description="Mesajın ve her alıcısının durumu. Numaraların ortası gizlenir.",
    tags=["SMS Raporlama"],
    parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Mesaj kimliği")],
    examples=[
        schema.answered(
            200,
            {
                "data": {
                    **EXAMPLE,
                    "status": "delivered",
                    "scheduled_at": None,
                    "sent_at": "2026-05-07T10:23:46+00:00",
                    "recipients": [
                        {
                            "msisdn": "+90555***2233",
                            "status": "delivered",
                            "delivered_at": "2026-05-07T10:23:51+00:00",
                            "error_code": None,
                        }
                    ],
                }
            },
        )
    ],
    responses={
        200: OpenApiResponse(inline_serializer("MessageDetail", {"data": MessageWithRecipients}), "Mesaj"),
        **schema.problem(404, "Mesaj yok ya da başka bir firmanın"),
    },
)
LIST = extend_schema(
    operation_id="listSms",
    summary="SMS listesi",
    description="En yeni mesaj önce. Bağlantılar öteki süzgeçleri korur.",
    tags=["SMS Raporlama"],
    parameters=[
        OpenApiParameter("status", str, enum=list(words.STATUSES)),
        OpenApiParameter("from", str, description="Bu andan başlayarak (ISO-8601, dahil)"),
        OpenApiParameter("to", str, description="Bu ana kadar (ISO-8601, dahil)"),
        *schema.paging(20),
    ],
    examples=[
        schema.answered(
            200,
            {
                "data": [{**EXAMPLE, "status": "delivered"}],
                "links": {"first": None, "last": None, "prev": None, "next": f"{PAGE}?cursor={CURSOR}"},
                "meta": {"path": PAGE, "per_page": 20, "next_cursor": CURSOR, "prev_cursor": None},
            },
        )
    ],
    responses={
        200: OpenApiResponse(
            inline_serializer(
                "MessagePage",
                {
                    "data": inline_serializer("MessageRow", MESSAGE, many=True),
                    "links": Links,
                    "meta": Meta,
                },
            ),
            "Bir sayfa mesaj",
        ),
        **schema.problem(422, "Geçersiz süzgeç"),
    },
)
