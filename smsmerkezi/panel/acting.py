"""Acting for a firm in a session of the panel: there stands for which firm and until when, and each request reads it."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from smsmerkezi import scope
from tenants import acting
from tenants.models import User

KEY = "acting"  # in the session
OVER = _("Firma adına çalışmanız sona erdi; kendi hesabınızdasınız.")


def enter(request: HttpRequest, started: acting.Acting) -> None:
    """From the next request on; the session gets a new key, as after a log-in."""
    request.session.cycle_key()
    request.session[KEY] = {"tenant": started.firm.pk, "until": started.until.timestamp()}


def leave(request: HttpRequest) -> None:
    if request.session.pop(KEY, None) is not None:
        request.session.cycle_key()


def until(request: HttpRequest) -> datetime:
    """When it ends by itself."""
    return datetime.fromtimestamp(request.session[KEY]["until"], UTC)


def person(request: HttpRequest) -> User | AnonymousUser:
    """Whoever is logged in, acting where the session says so and it still may be. From here on the request sees their firm."""
    with scope.of(None):
        user = _person(request)
    if user.is_authenticated:
        scope.enter(user.firm_id)
    return user


def _person(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if user.is_authenticated and KEY in request.session:
        kept = request.session[KEY]["tenant"]
        user.acting_for = acting.resumed(user=user, tenant_id=kept, until=until(request))
        if not user.acting:
            leave(request)
            messages.warning(request, OVER, fail_silently=True)
    return user
