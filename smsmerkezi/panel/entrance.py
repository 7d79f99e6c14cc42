"""Into the panel and the back office: from step to step (D44), and what is remembered between two of them."""

import time
from urllib.parse import urlencode

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from smsmerkezi import requests
from smsmerkezi.core import crypto
from smsmerkezi.panel import step_up
from tenants.challenges import Issued
from tenants.login import Caller, Kind, Step

WAITING = "entering"  # in the session of somebody who is not in yet
PAGES = {Kind.TWO_FACTOR: "panel-login-code", Kind.KVKK: "panel-login-consent"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def caller(request: HttpRequest) -> Caller:
    return Caller(requests.client_address(request), request.headers.get("User-Agent", ""))


def go_on(request: HttpRequest, step: Step, wanted: str) -> HttpResponse:
    """In and to the page that was `wanted`, or to the page that asks for what is missing."""
    if step.missing is None:
        come_in(request, step)
        return HttpResponseRedirect(wanted)
    _wait(request, step.missing)
    return HttpResponseRedirect(f"{reverse(PAGES[step.missing.kind])}?{urlencode({'sonra': wanted})}")


def come_in(request: HttpRequest, step: Step) -> None:
    """The session of whoever stood at the door ends; the one that begins has another key and a fresh proof."""
    forget(request)
    auth.login(request, step.user, backend=BACKEND)
    step_up.prove(request)


def stay_in(request: HttpRequest) -> None:
    """After this person changed what opens the door: all their sessions ended, and this one begins anew."""
    request.user.refresh_from_db(fields=["session_epoch", "password"])
    auth.update_session_auth_hash(request, request.user)
    step_up.prove(request)


def waiting(request: HttpRequest, kind: Kind) -> str | None:
    """The secret of the step that this browser stands before; None when it stands before another, or too long."""
    found = request.session.get(WAITING)
    if not found or found["kind"] != kind or found["until"] < time.time():
        return None
    return crypto.decrypt(found["secret"])


def forget(request: HttpRequest) -> None:
    request.session.pop(WAITING, None)


def _wait(request: HttpRequest, issued: Issued) -> None:
    """Encrypted, because sessions lie in the database and the secret must not."""
    request.session[WAITING] = {
        "kind": issued.kind,
        "secret": crypto.encrypt(issued.secret),
        "until": time.time() + issued.expires_in,
    }
