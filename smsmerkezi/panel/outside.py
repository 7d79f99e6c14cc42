"""Forms before log-in. Every try is counted against RATE_LIMIT_AUTH of its address (architecture §9)."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import errors, refusals
from tenants import limits
from tenants.actors import Actor


def visitor(request: HttpRequest) -> Actor:
    """Somebody whom nobody knows yet."""
    address = requests.client_address(request) or None
    return Actor(None, None, ip=address, user_agent=request.headers.get("User-Agent", ""))


def knock(request: HttpRequest) -> None:
    """Count a try. Raises limits.TooManyRequests."""
    limits.hit_auth(requests.client_address(request)).check()


class OutsideForm(FormView):
    """`form_valid` makes the domain call; what that refuses is shown on the form."""

    @method_decorator(errors.answered)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        valid = form.is_valid()
        try:
            knock(request)
            if valid:
                return self.form_valid(form)
        except DomainError as refusal:
            refusals.show(form, refusal)
        return self.form_invalid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
