"""A fresh proof of who sits there, before what a thief of an open browser must not do (security §5.1).

Keys, secrets, the team, credentials.
"""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from smsmerkezi.panel.views import PanelMixin, go

FRESH = 600  # seconds
PROVED = "proved_at"  # in the session: Unix seconds of the last password or code


def prove(request: HttpRequest) -> None:
    """This person has just shown a password or a code."""
    request.session[PROVED] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    return time.time() - request.session.get(PROVED, 0) < FRESH


def proved_at(request: HttpRequest) -> datetime | None:
    """For verbs that ask the same of every door."""
    moment = request.session.get(PROVED)
    return datetime.fromtimestamp(moment, UTC) if moment else None


class StepUpMixin(PanelMixin):
    """Put first among a view's bases: asks for a password or a code when the last one is ten minutes old."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and self.stopped(request) is None and not is_fresh(request):
            back = request.get_full_path() if request.method == "GET" else self.after_step_up()
            return go(request, f"{reverse('panel-step-up')}?{urlencode({'sonra': back})}")
        return super().dispatch(request, *args, **kwargs)

    def after_step_up(self) -> str:
        """Where a form that came too late leads: the page that holds it."""
        return self.request.get_full_path()
