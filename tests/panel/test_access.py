"""Who may open what: one matrix, and the stranger from another firm."""

import pytest
from django.test import Client

from tests import factories
from tests.panel.conftest import compose, entered, htmx, page

ROLES = ("viewer", "operator", "admin")
ALL, WRITERS = set(ROLES), {"operator", "admin"}
PAGES = [
    ("get", "/mesajlar", ALL),
    ("get", "/mesajlar/{id}", ALL),
    ("get", "/mesajlar/{id}/durum", ALL),
    ("get", "/bakiye/kalan", ALL),
    ("get", "/denetim", {"admin"}),
    ("get", "/gonder", WRITERS),
    ("post", "/gonder/onay", WRITERS),
    ("post", "/gonder/hesap", WRITERS),
    ("post", "/mesajlar/{id}/numaralar", WRITERS),
    ("get", "/mesajlar/{id}/iptal", WRITERS),
]


@pytest.fixture
def message(world):
    return factories.sent(world.firm)


@pytest.mark.parametrize(
    ("method", "path", "allowed"), PAGES, ids=[f"{method} {path}" for method, path, _ in PAGES]
)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_others(world, message, role, method, path, allowed):
    answer = getattr(entered(getattr(world, role)), method)(
        path.format(id=message.id), compose() if method == "post" else {}
    )
    assert answer.status_code == (200 if role in allowed else 403)


def test_a_forbidden_page_stands_in_the_shell_with_a_request_id(viewer):
    answer = viewer.get("/gonder")
    assert "Bu sayfayı açamazsınız" in page(answer)
    assert answer["X-Request-Id"] in page(answer)
    assert 'class="side"' in page(answer)


def test_a_viewer_sees_no_way_to_a_page_that_is_closed(viewer):
    answer = page(viewer.get("/mesajlar"))
    assert 'href="/gonder"' not in answer
    assert 'aria-disabled="true"' in answer


@pytest.mark.parametrize("path", ["", "/durum", "/iptal"])
def test_another_firms_message_is_not_there(stranger, message, path):
    answer = stranger.get(f"/mesajlar/{message.id}{path}")
    assert answer.status_code == 404
    assert "Aradığınız bulunamadı" in page(answer)


@pytest.mark.parametrize("path", ["numaralar", "iptal"])
def test_another_firms_message_cannot_be_touched(stranger, message, path):
    assert stranger.post(f"/mesajlar/{message.id}/{path}").status_code == 404


@pytest.mark.parametrize("wanted", ["abc", "0", "9" * 30, "-1"])
def test_an_id_that_is_none_is_not_found(operator, wanted):
    assert operator.get(f"/mesajlar/{wanted}").status_code == 404


def test_nobody_is_sent_to_the_door_and_back_afterwards(db):
    answer = Client().get("/mesajlar?status=sent")
    assert answer.status_code == 302
    assert answer["Location"] == "/giris?sonra=%2Fmesajlar%3Fstatus%3Dsent"


def test_an_expired_session_sends_the_whole_page_to_the_door(db):
    answer = htmx(Client(), "get", "/bakiye/kalan")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/giris?sonra=%2Fgonder"


def test_the_first_page_is_the_door_for_nobody(db):
    assert Client().get("/")["Location"] == "/giris"


def test_platform_staff_have_their_own_place(db):
    assert entered(factories.reviewer()).get("/mesajlar")["Location"] == "/admin/"


def test_a_suspended_firm_is_shown_out(world, operator):
    world.firm.state = "suspended"
    world.firm.save()
    assert operator.get("/mesajlar")["Location"] == "/giris"
    assert "_auth_user_id" not in operator.session


@pytest.mark.parametrize(
    ("role", "first"), [("viewer", "/mesajlar"), ("operator", "/gonder"), ("admin", "/gonder")]
)
def test_the_first_page_is_what_the_role_does(world, role, first):
    assert entered(getattr(world, role)).get("/")["Location"] == first
