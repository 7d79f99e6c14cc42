"""Accounts at operators: set up through the domain; credentials go in and never come out."""

import socket

import pytest
from django.db import connection
from django.urls import reverse

from gateways import accounts, setup
from gateways.fields import Credentials
from gateways.models import GatewayAccount
from tenants.models import AuditEntry
from tests import factories
from tests.admin.conftest import SECRET
from tests.gateways import simulators

LIST = "/admin/gateways/gatewayaccount/"
NEW = {
    "vendor": "mock",
    "slug": "yeni",
    "title": "Yeni hesap",
    "base_url": "https://gateway.ornek.test",
    "state": "operational",
    "pool": "",
    "weight": "100",
    "priority": "100",
    "options": '{"quiet": 5}',
}


@pytest.fixture
def account(staff):
    return factories.gateway(default=True)


def page_of(account, verb: str) -> str:
    return reverse(f"admin:gateways_gatewayaccount_{verb}", args=[account.pk])


def changed(**fields: str) -> dict[str, str]:
    return {name: value for name, value in NEW.items() if name not in {"vendor", "slug"}} | fields


def test_an_account_is_opened_and_told(client, staff):
    assert client.post(f"{LIST}create/", NEW).status_code == 302
    made = GatewayAccount.objects.get(slug="yeni")
    assert (made.vendor, made.options, dict(made.credentials)) == ("mock", {"quiet": 5}, {})
    entry = AuditEntry.objects.get(action="gateway.created")
    assert (entry.user_id, entry.entity_id, entry.tenant) == (staff.pk, made.pk, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor", "yok"),
        ("slug", "boşluk var"),
        ("slug", "mock"),
        ("base_url", "ftp://x"),
        ("base_url", "https://kisi:parola@x"),
        ("state", "belki"),
        ("options", "{bozuk"),
        ("options", "[1]"),
        ("options", '{"timeout": "uzun"}'),
        ("options", '{"timeout": null}'),
        ("options", '{"class": "Z"}'),
        ("options", '{"ca_file": "/yok/boyle/dosya"}'),
        ("title", ""),
        ("title", "x" * 81),
        ("title", "a\0b"),
    ],
)
def test_an_account_that_cannot_be_is_refused_at_its_field(client, account, field, value):
    answer = client.post(f"{LIST}create/", NEW | {field: value})
    assert answer.status_code in {409, 422}
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert GatewayAccount.objects.count() == 1


def test_a_change_is_obeyed_at_once_and_names_what_changed(
    client, account, django_capture_on_commit_callbacks
):
    assert accounts.usable("mock")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(account, "edit"), changed(state="disabled", title="mock", options="{}"))
    assert not accounts.usable("mock")
    entry = AuditEntry.objects.get(action="gateway.changed")
    assert entry.meta == {"slug": "mock"}
    assert list(entry.changes) == ["state", "options", "base_url"]  # as jsonb keeps them
    assert (entry.changes["state"], entry.changes["options"]) == (
        ["operational", "disabled"],
        [{"quiet": 0.3}, {}],
    )


def test_a_change_keeps_the_credentials(client, account):
    client.post(page_of(account, "edit"), changed())
    assert dict(GatewayAccount.objects.get(pk=account.pk).credentials) == {"token": "gizli"}


def test_an_account_whose_key_is_lost_is_listed_and_can_be_set_right(client, account):
    other = GatewayAccount.objects.get(pk=factories.gateway("iki").pk)
    GatewayAccount.objects.filter(pk=other.pk).update(credentials=Credentials({"token": SECRET}))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateways_gatewayaccount SET credentials = 'x' WHERE id = %s", [account.pk])
    assert "iki" in client.get(LIST).content.decode()
    assert "tanımlı değil" in client.get(page_of(account, "change")).content.decode()
    url = page_of(account, "credentials")
    assert "Tanımlı değil." in client.get(url).content.decode()
    assert client.post(url, {"token": "yeni"}).status_code == 302
    assert dict(GatewayAccount.objects.get(pk=account.pk).credentials) == {"token": "yeni"}


def test_credentials_are_written_and_never_shown(client, account):
    url = page_of(account, "credentials")
    assert client.post(url, {"token": SECRET}).status_code == 302
    assert dict(GatewayAccount.objects.get(pk=account.pk).credentials) == {"token": SECRET}
    for page in (LIST, page_of(account, "change"), url, page_of(account, "edit"), page_of(account, "try")):
        body = client.get(page).content.decode()
        assert SECRET not in body, page
        assert "gizli" not in body.replace("gizlidir", ""), page
    assert "Tanımlı; değiştirmeyecekseniz boş bırakın." in client.get(url).content.decode()
    assert SECRET not in str(list(AuditEntry.objects.values()))


def test_a_refused_form_does_not_echo_the_credential(client, account):
    body = client.post(page_of(account, "credentials"), {"token": SECRET * 50}).content.decode()
    assert SECRET not in body


def test_an_empty_field_keeps_what_is_there(client, staff):
    made = factories.gateway("iki")
    GatewayAccount.objects.filter(pk=made.pk).update(vendor="netgsm")
    client.post(page_of(made, "credentials"), {"username": "850", "password": SECRET})
    client.post(page_of(made, "credentials"), {"username": "851", "password": ""})
    kept = GatewayAccount.objects.get(pk=made.pk).credentials
    assert (kept["username"], kept["password"]) == ("851", SECRET)
    page = client.get(page_of(made, "change")).content.decode()
    assert "Kullanıcı adı: tanımlı" in page
    assert "851" not in page


def test_nothing_given_is_nothing_done(client, account):
    assert client.post(page_of(account, "credentials"), {"token": ""}).status_code == 422
    assert not AuditEntry.objects.filter(action="gateway.credentials-set").exists()


def test_there_is_one_default(client, account):
    other = factories.gateway("iki")
    client.post(page_of(other, "default"))
    assert list(GatewayAccount.objects.filter(is_default=True)) == [other]
    assert "Bu hesap zaten varsayılan." in client.get(page_of(other, "default")).content.decode()


def test_a_silent_operator_is_told_in_words(client, staff):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        account = factories.gateway(url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        answer = client.post(page_of(account, "try"))
    assert answer.status_code == 422
    assert "Sağlayıcı yanıt vermedi" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_operator_that_answers_is_asked_outside_any_transaction(client, monkeypatch):
    asked = []
    try_out = setup.try_out
    monkeypatch.setattr(
        setup, "try_out", lambda row: asked.append(connection.in_atomic_block) or try_out(row)
    )
    with simulators.in_thread() as remote:
        account = factories.gateway(url=remote.url)
        answer = client.post(page_of(account, "try"))
        assert "Bağlantı kuruldu. Bakiye:" in client.get(answer.headers["Location"]).content.decode()
    assert asked == [False]


def test_looking_at_the_try_asks_nobody(client, account):
    assert client.get(page_of(account, "try")).status_code == 200


def test_an_account_of_a_vendor_that_is_no_more_can_be_looked_at(client, account):
    GatewayAccount.objects.filter(pk=account.pk).update(vendor="eski")
    assert client.get(page_of(account, "change")).status_code == 200
    assert client.get(LIST).status_code == 200
    assert client.get(page_of(account, "credentials")).status_code in {200, 404}
