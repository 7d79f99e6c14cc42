"""What the audit trail can be asked for; one for the API and the panel."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants.models import AuditEntry

Entries = QuerySet[AuditEntry]


class BadFilter(DomainError):
    code = "invalid-filter"


class TrailFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """`action` is exact, `entity_type` a part of the word in any case (contract D45); days are Istanbul's, both included."""

    user_id = django_filters.CharFilter(method="by_id")
    action = django_filters.CharFilter(field_name="action", strip=False)
    entity_type = django_filters.CharFilter(field_name="entity_type", lookup_expr="icontains", strip=False)
    date_from = django_filters.CharFilter(method="from_day", strip=False)
    date_to = django_filters.CharFilter(method="to_day", strip=False)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    @property
    def qs(self) -> Entries:
        """Raises BadFilter where the library would leave the filter out; clock.InvalidDay."""
        if self.is_bound and not self.form.is_valid():
            raise BadFilter("Geçersiz süzgeç.", field=next(iter(self.form.errors)))
        first, last = (self._day(name) for name in ("date_from", "date_to"))
        if first and last and first > last:
            raise BadFilter("Başlangıç tarihi bitiş tarihinden sonra olamaz.", field="date_from")
        return super().qs  # type: ignore[no-any-return]

    def by_id(self, rows: Entries, name: str, value: str) -> Entries:
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise BadFilter(f"{name} bir tam sayı olmalıdır.", field=name)
        return rows.filter(**{name: int(value)})

    def from_day(self, rows: Entries, name: str, value: str) -> Entries:
        return rows.filter(created_at__gte=clock.istanbul_day_bounds(_day(value, name)).start)

    def to_day(self, rows: Entries, name: str, value: str) -> Entries:
        return rows.filter(created_at__lt=clock.istanbul_day_bounds(_day(value, name)).end)

    def _day(self, name: str) -> date | None:
        value = self.form.cleaned_data[name] if self.is_bound else ""
        return _day(value, name) if value else None


class PlatformTrailFilter(TrailFilter):
    """Of all firms."""

    tenant_id = django_filters.CharFilter(method="by_id")


def _day(value: Any, name: str) -> date:
    return clock.parse_day(value, field=name)
