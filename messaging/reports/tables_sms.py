"""Messages, and the recipients of one, as files."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from messaging.reports import table
from messaging.reports.table import Table, by_id, moment, number
from messaging.sms import filters, panel_words, reading, searching
from messaging.sms.models import Message
from messaging.sms.reading import Line
from smsmerkezi.core import clock
from tenants.models import Tenant

MISSED = {"undelivered", "failed", "expired"}  # whom it did not reach, for good


def _messages(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Message]]:
    chosen = {name: asked.get(name, "") for name in ("status", "originator", "source")}
    rows = filters.MessageFilter(chosen, Message.objects.of(firm)).qs
    rows = searching.containing(rows, tenant=firm, text=asked.get("text", ""))
    days = [clock.parse_day(asked[name]) if asked.get(name) else None for name in ("first", "last")]
    return by_id(searching.on_days(rows, *days))


def _message(row: Message, _whole: bool) -> Sequence[object]:
    status = panel_words.STATUSES[panel_words.status_of(row)].label
    source = panel_words.SOURCES[row.source]
    counts = (row.recipients, row.delivered, row.parts, row.credits)
    return [row.pk, moment(row.created_at), row.originator, row.body, status, *counts, source]


def _recipients(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Line]]:
    """Of the message with the id `message`; only those whom it `missed` where that is said."""
    return _lines(reading.message(firm, asked.get("message", "")), missed=bool(asked.get("missed")))


def _lines(message: Message, *, missed: bool) -> Iterator[list[Line]]:
    last = 0
    while found := reading.recipients(message, after=last, limit=table.AT_ONCE):
        last = found[-1].id
        yield [line for line in found if not missed or line.status in MISSED]


def _recipient(line: Line, whole: bool) -> Sequence[object]:
    status, meaning = (
        panel_words.STATUSES[line.status].label,
        panel_words.meaning(line.error_code, line.status),
    )
    network = panel_words.NETWORKS.get(line.network, "") if line.network is not None else ""
    times = (moment(line.sent_at), moment(line.finished_at))
    return [number(line.msisdn, whole), status, meaning, line.error_code or "", network, line.parts, *times]


MESSAGES = Table(
    _("Mesajlar"),
    "sms.read",
    [
        "#", _("Zaman"), _("Başlık"), _("Mesaj"), _("Durum"), _("Alıcı"), _("Teslim edildi"), _("Parça"), "SMS",
        _("Kaynak"),
    ],
    _messages,
    _message,
)  # fmt: skip
RECIPIENTS = Table(
    _("Alıcılar"),
    "sms.read",
    [
        _("Numara"), _("Durum"), _("Açıklama"), _("Hata kodu"), _("Operatör"), _("Parça"), _("Gönderim"), _("Bitiş"),
    ],
    _recipients,
    _recipient,
)  # fmt: skip
