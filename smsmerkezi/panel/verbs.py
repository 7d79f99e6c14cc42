"""A page with a form in front of one verb of the domain: what it refuses is shown on the form, what it does is said."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.generic import FormView

from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from smsmerkezi.panel.views import PanelMixin

ELSEWHERE = {"not-found", "forbidden", "closed-while-acting"}  # refusals that are pages of their own


class Confirmation(forms.Form):
    """A form without fields: the button is all."""


class VerbPage(PanelMixin, FormView, ABC):
    """`done` is said on the page named `goes_to`."""

    form_class: type[forms.Form] = Confirmation
    done: ClassVar[Promise]
    goes_to: ClassVar[str]

    @abstractmethod
    def act(self, given: dict[str, Any]) -> object:
        """The domain's verb. Raises DomainError."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form.cleaned_data)
        except DomainError as refusal:
            if refusal.code in ELSEWHERE:
                raise
            refusals.show(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done), extra_tags="ok")
        return redirect(self.goes_to)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
