"""What a list can be narrowed by: fields of one GET form, so that it works without script and stays in the address."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ListFilter
from django.db.models import QuerySet

ALL = "all"


class Filter(ListFilter):
    """One field. `lookup` is the condition; `indexed` filters may look at a whole table."""

    template = "admin/filter.html"
    name = lookup = ""
    indexed = False
    first = ""
    options: Iterable[tuple[str, str]] = ()

    def __init__(self, request: Any, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.value = self.taken(params)

    def taken(self, params: dict[str, Any]) -> str:
        return str(params.pop(self.name, [""])[-1]).strip()

    def expected_parameters(self) -> list[str]:
        return [self.name]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> list[Any]:
        return []

    @property
    def used(self) -> bool:
        """Somebody has chosen something."""
        return self.value not in {"", ALL, self.first}

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value:
            return queryset
        if "\0" in self.value:
            return queryset.none()
        return self.narrowed(queryset)

    def narrowed(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.lookup: self.value})


class TenantFilter(Filter):
    title = "Firma (kısa ad)"
    name = "tenant"
    lookup = "tenant__slug"
    indexed = True


def choice(
    name: str, title: str, options: Iterable[tuple[Any, str]], *, lookup: str = "", first: str = ""
) -> type[Filter]:
    """A select. `first` is chosen until somebody chooses; then "all" is among the options as `all`."""
    known = [(str(value), str(label)) for value, label in options]

    def taken(self: Filter, params: dict[str, Any]) -> str:
        return Filter.taken(self, params) or first

    def narrowed(self: Filter, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if first and self.value == ALL:
            return queryset
        if self.value not in dict(known):
            return queryset.none()
        return queryset.filter(**{self.lookup: self.value})

    everything = (ALL if first else "", "Hepsi")
    members = {
        "title": title,
        "name": name,
        "lookup": lookup or name,
        "options": [everything, *known],
        "first": first,
        "taken": taken,
        "narrowed": narrowed,
    }
    return type(f"{name.title()}Filter", (Filter,), members)


def word(name: str, title: str, *, lookup: str = "") -> type[Filter]:
    """A text that must fit exactly."""
    return type(f"{name.title()}Filter", (Filter,), {"title": title, "name": name, "lookup": lookup or name})


def whole(name: str, title: str, *, lookup: str = "") -> type[Filter]:
    """A whole number."""

    def narrowed(self: Filter, queryset: QuerySet[Any]) -> QuerySet[Any]:
        digits = self.value.removeprefix("#")
        fits = digits.isascii() and digits.isdigit() and len(digits) <= 18
        return queryset.filter(**{self.lookup: int(digits)}) if fits else queryset.none()

    members = {"title": title, "name": name, "lookup": lookup or name, "narrowed": narrowed}
    return type(f"{name.title()}Filter", (Filter,), members)
