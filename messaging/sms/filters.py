"""What a list of messages can be asked for; one for the API and the panel."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from messaging.sms import words
from messaging.sms.models import Message, SeldomEnd
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError

SELDOM = SeldomEnd.objects.filter(tenant_id=OuterRef("tenant_id"), message_id=OuterRef("pk"))


class BadFilter(DomainError):
    code = "invalid-filter"


class MessageFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """`status` is one of words.STATUSES; `from` and `to` are moments, both inclusive (contract #4)."""

    status = django_filters.CharFilter(method="by_status", strip=False)
    originator = django_filters.CharFilter(field_name="originator")
    source = django_filters.CharFilter(field_name="source")

    class Meta:
        model = Message
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Message]:
        """Raises BadFilter where the library would leave the filter out."""
        if self.is_bound and not self.form.is_valid():
            raise BadFilter("Geçersiz süzgeç.", field=next(iter(self.form.errors)))
        return super().qs  # type: ignore[no-any-return]

    def by_status(self, rows: QuerySet[Message], _name: str, value: str) -> QuerySet[Message]:
        if value not in words.STATUSES:
            raise BadFilter("Geçersiz durum.", field="status")
        found = rows.filter(words.STATUSES[value])
        return found.filter(Exists(SELDOM)) if value in words.SELDOM else found


def between(rows: QuerySet[Message], start: Any, end: Any) -> QuerySet[Message]:
    """Accepted from `start` to `end`, as ISO-8601 texts, either of them empty.

    Times are shown in whole seconds, so an `end` without a fraction includes the whole of its second.
    """
    first = clock.parse_datetime_input(start, field="from") if start else None
    last = clock.parse_datetime_input(end, field="to") if end else None
    if last and not last.microsecond:
        last = last.replace(microsecond=999_999)
    if first and last and first > last:
        raise BadFilter("Başlangıç bitişten sonra olamaz.", field="from")
    return within(rows, first, last)


def within(rows: QuerySet[Message], first: datetime | None, last: datetime | None) -> QuerySet[Message]:
    if first:
        rows = rows.filter(created_at__gte=first)
    return rows.filter(created_at__lte=last) if last else rows
