"""The permission matrix: every route outside of the back office, with each of its methods, called as everybody.

Allowed or 403, nothing else. What should be comes from the URL table and tenants.access (smsmerkezi.permissions), so a new
route is taken up by itself; tests/permissions/examples.py may give it a body and an id.
"""

import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from smsmerkezi import permissions
from smsmerkezi.permissions import ACTING, EVERYBODY, Route
from tenants import access
from tests.permissions import calls, examples
from tests.permissions.calls import Told, told

pytestmark = pytest.mark.django_db
ROUTES = permissions.routes()
OPEN = {200, 201, 202, 204, 302, 400, 404, 409, 422}  # the door is open; what is behind it may still say no
BACK_OFFICE = "/admin/"


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_everybody_may_what_the_table_says_and_nothing_else(everybody, route):
    found = {who: told(everybody, route, who) for who in EVERYBODY}
    row = " ".join(f"{who}={each.status}" for who, each in found.items())
    sys.stdout.write(f"{route.method:6} {route.path:44} {row}\n")
    may = {who: is_allowed(route, who, each) for who, each in found.items()}
    assert may == {who: route.allows(who) for who in EVERYBODY}


def is_allowed(route: Route, who: str, told: Told) -> bool:
    """Platform staff who act for nobody are shown out of a firm's pages to their own place, which is a no."""
    if told.goes_to == BACK_OFFICE and who == access.SUPER_ADMIN and route.of_firm:
        return False
    sent_to_log_in = told.goes_to.startswith(settings.LOGIN_URL) and route.asks != permissions.PUBLIC
    assert not sent_to_log_in, calls.hint(route, f"{who} is asked to log in")
    assert told.status in OPEN | {403}, calls.hint(route, f"{who} is told {told.status}: {told.text[:300]}")
    return told.status != 403


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if not each.allows(ACTING) and each.allows("admin")], ids=named
)
def test_whoever_acts_is_told_that_this_is_why(everybody, route):
    assert "kendi hesabınıza dönün" in told(everybody, route, ACTING).text


def test_the_page_about_it_is_the_one_that_is_kept(tmp_path):
    """When this fails: `make permissions`, look at the difference, commit it."""
    written = tmp_path / "permissions.md"
    call_command("permissions", file=written)
    kept = Path(settings.BASE_DIR) / "docs/permissions.md"
    assert written.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


def test_it_can_be_printed(capsys):
    call_command("permissions")
    assert capsys.readouterr().out == permissions.document()


def test_every_example_belongs_to_a_route():
    assert {*examples.IDS, *(name for name, _ in examples.BODIES)} - {route.name for route in ROUTES} == set()


def test_every_route_asks_for_something_that_is_known():
    known = {*access.PERMISSIONS, permissions.PUBLIC, permissions.INSIDE}
    assert {route.asks for route in ROUTES} - known == set()


class TestARouteThatNobodyKnows:
    def test_is_named_when_it_is_a_function_that_says_nothing(self, monkeypatch):
        monkeypatch.delitem(permissions.FUNCTIONS, "panel-home")
        with pytest.raises(permissions.Untold, match=r"panel-home.*FUNCTIONS of smsmerkezi/permissions.py"):
            permissions.routes()

    def test_is_named_when_its_path_needs_an_example(self, everybody):
        route = Route("v1-year", "/v1/years/<yyyy:year>", "GET", "sms.read", of_firm=True)
        with pytest.raises(AssertionError, match=r'<yyyy:year>.*examples.py: IDS\["v1-year"\]'):
            calls.filled(everybody, route)

    @pytest.mark.parametrize("status", [401, 405, 415, 429, 500, 503])
    def test_is_named_when_its_answer_is_neither_yes_nor_no(self, status):
        with pytest.raises(AssertionError, match=r'BODIES\["v1-sms", "GET"\]'):
            is_allowed(next(each for each in ROUTES if each.name == "v1-sms"), "viewer", Told(status, "", ""))

    def test_is_named_when_somebody_inside_is_asked_to_log_in(self):
        page = next(each for each in ROUTES if each.name == "panel-messages")
        with pytest.raises(AssertionError, match="viewer is asked to log in"):
            is_allowed(page, "viewer", Told(302, "/giris?sonra=%2Fmesajlar", ""))


class TestWhatIsLeftOut:
    def test_is_really_there(self):
        every = {pattern.name for pattern, _ in permissions.every_pattern()}
        assert permissions.LEFT_OUT - every == set()
        assert permissions.FUNCTIONS.keys() - every == set()
