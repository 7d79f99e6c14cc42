"""Door: the balance in the panel's top bar."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views import View

from billing import ledger
from smsmerkezi.panel.views import PanelMixin


def balance(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `account` of the firm whose pages these are, read only by the templates that show it."""
    user = getattr(request, "user", None)
    tenant = user.firm if user is not None and user.is_authenticated else None
    return {"account": SimpleLazyObject(lambda: ledger.account_of(tenant))} if tenant else {}


class Balance(PanelMixin, View):
    """The top bar's pill, asked for again every 30 seconds."""

    permission = "balance.read"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "panel/_balance.html")
