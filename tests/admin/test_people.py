"""People and their keys: made, changed and closed through the domain; what it refuses stands in the form."""

import pytest
from django.test import Client
from django.urls import reverse

from tenants import tokens
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, User
from tests import factories

CREATE = "/admin/tenants/user/create/"
PASSWORD = "yeterince-uzun-parola"


@pytest.fixture
def firm(staff):
    return factories.tenant(credits=0, sender="")


def person(firm=None, **fields: str) -> dict[str, str]:
    slug = firm.slug if firm else ""
    return {
        "name": "Yeni Kişi",
        "email": "yeni@ornek.test",
        "role": "operator",
        "tenant": slug,
        "password": PASSWORD,
        **fields,
    }


def page_of(user, verb: str) -> str:
    return reverse(f"admin:tenants_user_{verb}", args=[user.pk])


def test_a_person_is_made_with_role_firm_and_password(client, staff, firm):
    assert client.post(CREATE, person(firm)).status_code == 302
    made = User.objects.get(email="yeni@ornek.test")
    assert (made.role, made.tenant, made.is_active) == ("operator", firm, True)
    assert made.check_password(PASSWORD)
    entry = AuditEntry.objects.of(firm).get(action="user.created")
    assert (entry.user_id, entry.entity_id, entry.meta) == (staff.pk, made.pk, {"role": "operator"})


def test_staff_are_made_without_a_firm(client, staff):
    client.post(CREATE, person(role="super_admin"))
    assert User.objects.get(email="yeni@ornek.test").is_staff


@pytest.mark.parametrize("role", ["super_admin", "admin"])
def test_the_databases_rule_of_roles_is_a_sentence_in_the_form(client, firm, role):
    answer = client.post(CREATE, person(firm if role == "super_admin" else None, role=role))
    assert answer.status_code == 422
    assert "Platform yöneticisinin firması olamaz" in answer.content.decode()
    assert not User.objects.filter(email="yeni@ornek.test").exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "bozuk", "e-posta"),
        ("password", "kisa", "parola"),
        ("password", "password1234", "parola"),
        ("name", "", ""),
        ("role", "kral", ""),
        ("tenant", "yok-boyle", "Bu kısa adla bir firma yok."),
        ("name", "a\0b", ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(client, firm, field, value, sentence):
    answer = client.post(CREATE, person(firm) | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert sentence.lower() in page.lower()
    assert PASSWORD not in page


def test_an_email_is_taken_whatever_its_case(client, firm):
    client.post(CREATE, person(firm))
    answer = client.post(CREATE, person(firm, email="YENI@ornek.test"))
    assert answer.status_code == 409
    assert "Bu e-posta adresiyle bir kullanıcı var." in answer.content.decode()


def test_a_closed_person_is_out_at_once_and_may_come_back(client, firm):
    closed = factories.user(firm)
    token = factories.token(closed)
    browser = Client()
    browser.force_login(closed)
    client.post(page_of(closed, "deactivate"))
    assert browser.get("/mesajlar").status_code == 302
    assert Client().get("/v1/balance", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.post(page_of(closed, "deactivate")).status_code == 409
    client.post(page_of(closed, "activate"))
    assert Client().get("/v1/balance", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_staff_do_not_close_or_lower_themselves(client, staff):
    refused = client.post(page_of(staff, "deactivate"))
    assert refused.status_code == 422
    assert "kendi hesabınızı kapatamazsınız" in refused.content.decode()
    assert client.post(page_of(staff, "edit"), {"name": "Platform", "role": "viewer"}).status_code == 422
    assert User.objects.get(pk=staff.pk).is_staff


def test_a_role_is_changed_and_told(client, firm):
    user = factories.user(firm, role="viewer")
    client.post(page_of(user, "edit"), {"name": user.name, "role": "admin"})
    assert User.objects.get(pk=user.pk).role == "admin"
    assert AuditEntry.objects.of(firm).get(action="user.changed").changes == {"role": ["viewer", "admin"]}


def test_a_name_is_no_part_of_the_trail(client, firm):
    user = factories.user(firm, role="viewer")
    client.post(page_of(user, "edit"), {"name": "Yeni Ad", "role": "viewer"})
    assert AuditEntry.objects.of(firm).get(action="user.changed").changes == {"name": ["•••", "•••"]}


def test_nobody_of_a_firm_becomes_staff_by_a_change(client, firm):
    user = factories.user(firm)
    assert client.post(page_of(user, "edit"), {"name": user.name, "role": "super_admin"}).status_code == 422
    assert not User.objects.get(pk=user.pk).is_staff


def test_a_new_password_ends_the_sessions(client, firm):
    user = factories.user(firm)
    browser = Client()
    browser.force_login(user)
    client.post(page_of(user, "password"), {"password": PASSWORD})
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert browser.get("/mesajlar").status_code == 302
    assert PASSWORD not in str(list(AuditEntry.objects.values()))


def test_a_weak_password_changes_nothing(client, firm):
    user = factories.user(firm)
    assert client.post(page_of(user, "password"), {"password": "kisa"}).status_code == 422
    assert User.objects.get(pk=user.pk).check_password(factories.PASSWORD)


def test_a_key_is_listed_without_its_secret_and_revoked_once(client, firm):
    owner = factories.user(firm)
    made = tokens.create(by=Actor(firm, owner), name="Entegrasyon", abilities=["sms:read"])
    secret = made.plain_text.partition("|")[2]
    url = reverse("admin:tenants_apitoken_revoke", args=[made.token.pk])
    for page in (
        "/admin/tenants/apitoken/",
        reverse("admin:tenants_apitoken_change", args=[made.token.pk]),
        url,
    ):
        body = client.get(page).content.decode()
        assert "Entegrasyon" in body
        assert secret not in body
        assert made.token.secret_hash not in body
    assert client.post(url).headers["Location"] == "/admin/tenants/apitoken/"
    assert not ApiToken.objects.filter(pk=made.token.pk).exists()
    assert client.post(url).status_code == 404
    entry = AuditEntry.objects.of(firm).get(action="token.revoked")
    assert (entry.entity_id, entry.meta) == (made.token.pk, {"user": owner.pk})


def test_people_are_found_by_firm_role_and_state(client, firm):
    inside = factories.user(firm, role="viewer")
    outside = factories.user(factories.tenant(), role="viewer")
    page = client.get("/admin/tenants/user/", {"tenant": firm.slug, "role": "viewer", "active": "1"})
    assert inside.email in page.content.decode()
    assert outside.email not in page.content.decode()
    closed = client.get("/admin/tenants/user/", {"active": "0"}).content.decode()
    assert inside.email not in closed
