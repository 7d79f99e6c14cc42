"""The way in: the panel's rule, limit and trail."""

import pytest
from django.test import Client

from tenants.models import AuditEntry, Challenge, User
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
    browser.post("/admin/logout/")
    assert browser.get("/admin/").status_code == 302


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


class TestTheSecondFactor:
    def test_is_asked_for_before_anybody_is_in(self, staff):
        key = factories.authenticator(staff)
        browser, answer = entered(staff.email, next="/admin/tenants/tenant/")
        assert answer.headers["Location"] == "/giris/kod?sonra=%2Fadmin%2Ftenants%2Ftenant%2F"
        assert browser.get("/admin/").status_code == 302
        answer = browser.post(answer.headers["Location"], {"code": factories.code(key)})
        assert answer.headers["Location"] == "/admin/tenants/tenant/"
        assert browser.get("/admin/").status_code == 200

    def test_that_is_wrong_does_not_open(self, staff):
        factories.authenticator(staff)
        browser, _ = entered(staff.email)
        assert browser.post("/giris/kod", {"code": "000000"}).status_code == 422
        assert browser.get("/admin/").status_code == 302

    def test_is_set_up_from_the_account_menu(self, client):
        assert 'href="/iki-adim"' in client.get("/admin/").content.decode()


def test_consent_is_asked_of_platform_staff_too(staff):
    User.objects.filter(pk=staff.pk).update(kvkk_consented_at=None)
    browser, answer = entered(staff.email, next="/admin/")
    assert answer.headers["Location"].startswith("/giris/kvkk")
    assert browser.post(answer.headers["Location"], {"agreed": "on"}).headers["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_people_of_firms_get_no_step_at_this_door(db):
    person = factories.user(factories.tenant())
    factories.authenticator(person)
    _, refused = entered(person.email)
    assert refused.status_code == 200
    assert not Challenge.objects.exists()
    assert list(AuditEntry.objects.filter(user_id=person.pk).values_list("action", flat=True)) == [
        "login.failed"
    ]


def test_who_is_inside_does_not_see_the_door(client):
    assert client.get(LOGIN).headers["Location"] == "/admin/"


def test_logging_out_is_on_the_trail(client, staff):
    client.post("/admin/logout/")
    assert AuditEntry.objects.get(action="logout").user_id == staff.pk
