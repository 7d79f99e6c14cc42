"""In and out."""

import pytest
from django.contrib.auth import get_user
from django.test import Client

from tenants import limits
from tenants.models import AuditEntry
from tests import factories
from tests.panel.conftest import page

WRONG = "E-posta veya parola hatalı."


@pytest.fixture
def door(db):
    return Client()


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(), role="operator")


def enter(client, email, password=factories.PASSWORD, query=""):
    return client.post(f"/giris{query}", {"email": email, "password": password})


def test_the_right_password_opens(door, person):
    answer = enter(door, person.email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert get_user(door).pk == person.pk


def test_an_email_is_known_in_any_spelling_of_its_letters(door, person):
    assert enter(door, f" {person.email.upper()} ").status_code == 302


@pytest.mark.parametrize("known", [True, False])
def test_wrong_user_and_wrong_password_are_one_answer(door, person, known):
    answer = enter(door, person.email if known else "yok@ornek.test", "yanlis-bir-parola")
    assert answer.status_code == 422
    assert WRONG in page(answer)
    assert not get_user(door).is_authenticated


def test_the_email_stays_and_the_password_does_not(door, person):
    answer = page(enter(door, person.email, "yanlis-bir-parola"))
    assert f'value="{person.email}"' in answer
    assert "yanlis-bir-parola" not in answer


def test_the_sixth_try_within_a_minute_waits_whatever_its_password(door, person):
    for _ in range(5):
        assert WRONG in page(enter(door, person.email, "yanlis-bir-parola"))
    for password in ("yanlis-bir-parola", factories.PASSWORD):
        answer = page(enter(door, person.email, password))
        assert "Çok fazla deneme yapıldı." in answer
        assert "saniye sonra yeniden deneyin" in answer


def test_another_address_is_not_made_to_wait(door, person):
    for _ in range(6):
        enter(door, person.email, "yanlis-bir-parola")
    assert enter(Client(REMOTE_ADDR="198.51.100.7"), person.email).status_code == 302


def test_success_forgets_the_failures(door, person):
    for _ in range(2):
        for _ in range(4):
            enter(door, person.email, "yanlis-bir-parola")
        assert enter(door, person.email).status_code == 302
        door.logout()


def test_tries_count_against_the_addresss_budget(door, person, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"auth": limits.Limit(2, 60)}
    for n in range(2):
        enter(door, f"biri{n}@ornek.test")
    assert "Çok fazla deneme" in page(enter(door, person.email))


def test_a_suspended_firm_is_told_so_after_the_right_password_only(door, person):
    person.tenant.state = "suspended"
    person.tenant.save()
    assert "askıya alınmış" in page(enter(door, person.email))
    assert WRONG in page(enter(door, person.email, "yanlis-bir-parola"))


def test_a_closed_account_is_told_so(door, person):
    person.is_active = False
    person.save()
    assert "Hesabınız kapatılmış" in page(enter(door, person.email))


def test_both_outcomes_are_in_the_audit_trail_without_secrets(door, person):
    enter(door, person.email, "yanlis-bir-parola")
    enter(door, person.email)
    rows = AuditEntry.objects.of(person.tenant).filter(user_id=person.pk).order_by("id")
    assert [row.action for row in rows] == ["login.failed", "login"]
    assert all(row.ip == "127.0.0.1" and row.meta == {} for row in rows)


def test_an_unknown_email_is_in_the_platforms_trail(door):
    enter(door, "yok@ornek.test")
    assert AuditEntry.objects.filter(tenant=None, action="login.failed").count() == 1


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "/\\evil.test",
        "https:evil.test",
        "https://evil.test/x",
        "\thttps://evil.test",
        "javascript:alert(1)",
        "///evil.test",
    ],
)
def test_the_door_leads_nowhere_else(door, person, wanted):
    assert enter(door, person.email, query=f"?sonra={wanted}")["Location"] == "/"


def test_the_door_leads_back(door, person):
    answer = enter(door, person.email, query="?sonra=%2Fmesajlar%3Fstatus%3Dsent")
    assert answer["Location"] == "/mesajlar?status=sent"


def test_who_is_inside_does_not_see_the_door(door, person):
    door.force_login(person)
    assert door.get("/giris")["Location"] == "/"


def test_login_changes_the_sessions_key(door, person):
    door.get("/giris")
    session = door.session
    session["x"] = 1
    session.save()
    before = session.session_key
    enter(door, person.email)
    assert door.session.session_key != before


def test_logging_out_needs_a_post(door, person):
    door.force_login(person)
    assert door.get("/cikis").status_code == 405
    assert door.post("/cikis")["Location"] == "/giris"
    entry = AuditEntry.objects.get(action="logout")
    assert (entry.tenant_id, entry.user_id, entry.ip) == (person.tenant_id, person.pk, "127.0.0.1")
    assert door.post("/cikis")["Location"] == "/giris"  # again, by somebody who is out
    assert AuditEntry.objects.filter(action="logout").count() == 1
    assert not get_user(door).is_authenticated


def test_the_form_needs_its_token(person):
    answer = Client(enforce_csrf_checks=True).post(
        "/giris", {"email": person.email, "password": factories.PASSWORD}
    )
    assert answer.status_code == 403
    assert "Form süresi dolmuş" in page(answer)


def test_empty_fields_are_named(door):
    answer = page(enter(door, "", ""))
    assert "E-posta adresinizi yazın." in answer
    assert "Parolanızı yazın." in answer
