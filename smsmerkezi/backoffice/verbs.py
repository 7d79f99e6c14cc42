"""One page with one form in front of one domain verb: the only way anything is changed in the back office."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from tenants.actors import Actor

SAVE = "Kaydet"
Call = Callable[[Actor, Any, dict[str, Any]], str]


class VerbForm(forms.Form):
    """Knows the row that it is about; None while there is none."""

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, initial=self.first(row) if row is not None else {})
        self.row = row
        self.fit(row)

    def first(self, row: Any) -> dict[str, Any]:
        """What stands in the fields at first."""
        return {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}

    def fit(self, row: Any) -> None:
        """Choices and fields that depend on the row."""

    def refuse(self, refusal: DomainError) -> None:
        """Show the domain's sentence at the field it names."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)


def always(row: Any) -> bool:
    return True


@dataclass(frozen=True)
class Verb:
    """`call` gets the actor, the row and the cleaned form, and answers with a sentence for the one who did it.

    `button` stands on the form where the label does not say it. A `fresh` verb makes a row, others need one that `fits`.
    `unfit` says why it does not, where the list's own `standing` does not. `gone` says that the row is not there afterwards.
    `hint` says what will happen, `warning` what cannot be undone. What a verb that `reveals` answers is a secret: it is shown
    once, with that sentence.
    """

    name: str
    label: str
    call: Call = field(repr=False)
    form: type[VerbForm] = VerbForm
    icon: str = "basarili"
    tone: str = ""
    hint: str | Callable[[Any], str] = ""
    warning: str = ""
    button: str = ""
    fresh: bool = False
    gone: bool = False
    reveals: str = ""
    fits: Callable[[Any], bool] = always
    unfit: str = ""

    def hint_for(self, row: Any) -> str:
        return self.hint if isinstance(self.hint, str) else self.hint(row)


def actor_of(request: HttpRequest) -> Actor:
    """Platform staff act for no firm."""
    agent = request.headers.get("User-Agent", "")
    return Actor(None, request.user, ip=requests.client_address(request) or None, user_agent=agent)


def view_name(model: type[Model], verb: Verb) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_{verb.name}"  # noqa: SLF001 - Django's public meta
