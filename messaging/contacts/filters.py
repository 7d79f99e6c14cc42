"""What the address book can be asked for; one for the API and the panel."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from messaging.contacts import groups
from messaging.contacts.models import Contact, Key, Membership
from smsmerkezi.core import folding
from smsmerkezi.core.errors import DomainError
from tenants.models import Tenant

Rows = QuerySet[Contact]
STATUSES = {"all": Q(), "active": Q(opt_out_at=None), "opted_out": ~Q(opt_out_at=None)}
LONGEST_SEARCH, MOST_WORDS = 100, 8
LENGTHS = range(10, 16)  # digits of a number with its country


class BadFilter(DomainError):
    code = "invalid-filter"


class ContactFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """`search` are beginnings of words of the name, or of a number; `tag` and `province` are exact, `sector` is a part,
    `group` is the id of one, which stands for those below it, too.
    """

    search = django_filters.CharFilter(method="by_search")
    tag = django_filters.CharFilter(method="by_tag")
    status = django_filters.CharFilter(method="by_status", strip=False)
    province = django_filters.CharFilter(field_name="address_province")
    sector = django_filters.CharFilter(field_name="sector", lookup_expr="icontains")
    group = django_filters.NumberFilter(method="by_group", min_value=1, max_value=2**63 - 1)

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any], rows: Rows, *, firm: Tenant) -> None:
        super().__init__(data, rows)
        self.firm = firm

    @property
    def qs(self) -> Rows:
        """Raises BadFilter where the library would leave the filter out."""
        if self.is_bound and not self.form.is_valid():
            raise BadFilter("Geçersiz süzgeç.", field=next(iter(self.form.errors)))
        return super().qs  # type: ignore[no-any-return]

    def by_search(self, rows: Rows, _name: str, value: str) -> Rows:
        if len(value) > LONGEST_SEARCH:
            raise BadFilter(f"Arama en çok {LONGEST_SEARCH} karakter olabilir.", field="search")
        digits = "".join(filter(str.isdigit, value))
        if len(digits) > 2 and not any(map(str.isalpha, value)) and digits.isascii():
            return rows.filter(_beginning(digits))
        for word in folding.words(value)[:MOST_WORDS]:
            rows = rows.filter(pk__in=self._keyed(Key.Kind.WORD, word__gte=word, word__lt=_after(word)))
        return rows

    def by_tag(self, rows: Rows, _name: str, value: str) -> Rows:
        return rows.filter(pk__in=self._keyed(Key.Kind.TAG, word=value))

    def by_group(self, rows: Rows, _name: str, value: Decimal) -> Rows:
        chosen = groups.branch(self.firm, int(value))
        return rows.filter(pk__in=Membership.objects.filter(group__in=chosen).values("contact"))

    def by_status(self, rows: Rows, _name: str, value: str) -> Rows:
        if value not in STATUSES:
            raise BadFilter("Geçersiz durum.", field="status")
        return rows.filter(STATUSES[value])

    def _keyed(self, kind: int, **conditions: str) -> QuerySet[Key, int]:
        """Contacts found by a key. Behind a policy PostgreSQL asks an index for ranges, not for LIKE (docs/adr/0014)."""
        return Key.objects.of(self.firm).filter(kind=kind, **conditions).values_list("contact_id", flat=True)


def _after(word: str) -> str:
    """The first text that no longer begins with `word`, in the order of code points."""
    return word + "\U0010ffff"


def _beginning(digits: str) -> Q:
    """Numbers that begin like this, written with or without 0, 90 or a foreign country."""
    found = Q(pk=None)
    for whole in {digits.lstrip("0"), "90" + digits.removeprefix("0090").removeprefix("90").lstrip("0")} - {
        ""
    }:
        for length in LENGTHS:
            rest = length - len(whole)
            if rest >= 0:
                first = int(whole) * 10**rest
                found |= Q(msisdn__gte=first, msisdn__lt=first + 10**rest)
    return found
