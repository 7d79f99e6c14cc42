"""What a page offers, the one who looks may do: links, forms and fragments of every page, as everybody (design/ui.md §5.0)."""

from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from django.urls import Resolver404, resolve

from smsmerkezi import permissions
from smsmerkezi.permissions import ACTING, EVERYBODY, Route
from tenants import access
from tenants.models import User
from tests.permissions.calls import told
from tests.permissions.test_matrix import named

pytestmark = pytest.mark.django_db
ROUTES = {(route.name, route.method): route for route in permissions.routes()}
PAGES = [route for route in ROUTES.values() if not route.api and route.method == "GET"]
HOME = "GET /"  # leads everybody to a place of their own
FRAGMENTS = {"hx-get": "GET", "hx-post": "POST"}


class Offer(NamedTuple):
    method: str
    path: str


class Offers(HTMLParser):
    """Everything on a page that leads somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Offer] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(Offer("GET", given["href"]))
        if tag == "form" and given.get("action"):
            self.found.append(Offer((given.get("method") or "get").upper(), given["action"]))
        self.found += [Offer(method, given[name]) for name, method in FRAGMENTS.items() if given.get(name)]


def offered(text: str) -> list[Route]:
    """Those of our routes that a page leads to."""
    found = []
    for method, path in Offers(text).found:
        try:
            name = resolve(path.partition("?")[0].partition("#")[0]).view_name
        except Resolver404:
            continue
        found += [ROUTES[name, method]] if (name, method) in ROUTES else []
    return found


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_a_page_offers_nothing_that_its_reader_may_not(everybody, route):
    for who in EVERYBODY:
        if route.allows(who):
            page = told(everybody, route, who).text
            closed = [named(each) for each in offered(page) if not each.allows(who)]
            assert set(closed) - {HOME} == set(), who


class TestTheReadingOfOffers:
    def test_sees_links_forms_and_fragments(self):
        page = (
            '<a href="/gonder?x=1">x</a><form method="post" action="/mesajlar/5/iptal"></form>'
            '<div hx-post="/gonder/hesap"></div><form action="/mesajlar"></form><a href="https://ornek.test/x">x</a>'
        )
        assert [named(route) for route in offered(page)] == [
            "GET /gonder", "POST /mesajlar/<str:message_id>/iptal", "POST /gonder/hesap", "GET /mesajlar",
        ]  # fmt: skip

    def test_finds_some_on_a_real_page(self, everybody):
        page = told(everybody, ROUTES["panel-messages", "GET"], "operator").text
        assert {"GET /gonder", "GET /mesajlar/<str:message_id>"} <= {named(each) for each in offered(page)}


class TestThePagesMainAction:
    """Stays in sight for whoever may not, and says whom to ask."""

    def page(self, everybody, who):
        return told(everybody, ROUTES["panel-messages", "GET"], who).text

    def test_is_a_link_for_whoever_may(self, everybody):
        for who in ("operator", "admin", ACTING):
            page = self.page(everybody, who)
            assert '<a class="button primary" href="/gonder">' in page
            assert "aria-disabled" not in page

    def test_is_no_link_but_says_which_role_it_takes_and_whom_to_ask(self, everybody):
        page = self.page(everybody, "viewer")
        administrator = User.objects.filter(tenant=everybody.firm, role="admin").earliest("pk")
        assert 'aria-disabled="true" aria-describedby="main-action-why"' in page
        assert f"Bu işlem için operatör yetkisi gerekir. Yöneticiniz: {administrator.name}" in page

    def test_names_nobody_who_is_gone(self, everybody):
        User.objects.filter(tenant=everybody.firm, role="admin").update(is_active=False)
        page = self.page(everybody, "viewer")
        assert "Bu işlem için operatör yetkisi gerekir." in page
        assert "Yöneticiniz" not in page

    def test_is_never_disabled_without_saying_why(self, everybody):
        for route in PAGES:
            for who in EVERYBODY:
                page = told(everybody, route, who).text if route.allows(who) else ""
                if 'role="link"' in page and 'aria-disabled="true"' in page:
                    assert "main-action-why" in page, f"{named(route)} as {who}"


def test_what_is_closed_while_acting_is_absent(everybody, monkeypatch):
    """As if sending were closed: no link, no disabled one, nothing in the menu."""
    monkeypatch.setattr(access, "OPEN_WHILE_ACTING", access.OPEN_WHILE_ACTING - {"sms.send"})
    page = told(everybody, ROUTES["panel-messages", "GET"], ACTING).text
    assert "/gonder" not in page
    assert "aria-disabled" not in page
    assert told(everybody, ROUTES["panel-send", "GET"], ACTING).status == 403
