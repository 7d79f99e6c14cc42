"""The way in: the panel's rule, limit and trail."""

import pytest
from django.test import Client

from tenants.models import AuditEntry
from tests import factories

LOGIN = "/admin/login/"


def entered(email: str, password: str = factories.PASSWORD, **query: str):
    browser = Client()
    return browser, browser.post(LOGIN, {"username": email, "password": password, **query})


def test_platform_staff_come_in_and_leave(staff):
    browser, answer = entered(staff.email, next="/admin/tenants/tenant/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/admin/tenants/tenant/"
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/logout/").status_code == 405
    browser.post("/admin/logout/")
    assert browser.get("/admin/").status_code == 302
    assert AuditEntry.objects.get(action="logout").user_id == staff.pk


def test_the_login_is_branded_and_labelled(db):
    page = Client().get(LOGIN).content.decode()
    assert "Platform yönetimi" in page
    assert "panel/panel.css" in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_people_of_firms_hear_what_a_wrong_password_hears(db, role):
    person = factories.user(factories.tenant(), role=role)
    _, refused = entered(person.email)
    _, wrong = entered(person.email, "yanlis-parola-1234")
    assert refused.status_code == wrong.status_code == 200
    assert "E-posta veya parola hatalı." in refused.content.decode()
    assert "E-posta veya parola hatalı." in wrong.content.decode()


def test_the_sixth_try_waits_even_with_the_right_password(staff):
    for _ in range(5):
        entered(staff.email, "yanlis-parola-1234")
    browser, answer = entered(staff.email)
    assert "Çok fazla deneme" in answer.content.decode()
    assert browser.get("/admin/").status_code == 302


def test_both_outcomes_are_on_the_trail(staff):
    entered(staff.email, "yanlis-parola-1234")
    entered(staff.email)
    actions = AuditEntry.objects.filter(entity_id=staff.pk, entity_type="User").order_by("pk")
    assert [(entry.action, entry.ip) for entry in actions] == [
        ("login.failed", "127.0.0.1"),
        ("login", "127.0.0.1"),
    ]


def test_a_try_with_an_unknown_address_is_on_the_trail_without_it(db):
    entered("kimse@ornek.test")
    entry = AuditEntry.objects.get(action="login.failed")
    assert (entry.user_id, entry.ip) == (None, "127.0.0.1")
    assert "kimse" not in str(entry.__dict__)


@pytest.mark.parametrize(
    "target", ["https://kotu.ornek", "//kotu.ornek", "/\\kotu.ornek", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_login(staff, target):
    _, answer = entered(staff.email, next=target)
    assert "kotu" not in answer.headers["Location"]
    assert not answer.headers["Location"].startswith("javascript")


def test_a_malformed_form_is_told_so(db):
    for fields in (
        {},
        {"username": "x"},
        {"username": "a@b.test"},
        {"username": "a@b.test\0", "password": "x"},
    ):
        assert Client().post(LOGIN, fields).status_code == 200


def test_a_login_without_its_token_is_refused(staff):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(LOGIN, {"username": staff.email, "password": factories.PASSWORD}).status_code == 403


def test_ones_own_password_is_set_through_the_domain(client, staff):
    answer = client.get("/admin/password_change/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/admin/tenants/user/{staff.pk}/password/"
