"""The trail as platform staff see it: what changed, in whose name, and the state of its chain."""

import pytest
from django.db import connection

from smsmerkezi.backoffice import cells
from tenants import audit
from tenants.actors import Actor
from tests import factories


@pytest.fixture
def firm(db):
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def entry(firm, staff):
    by = Actor(firm, staff, ip="192.0.2.7", acting=True)
    made = audit.record(
        by=by, action="webhook.updated", entity=firm, changes={"is_active": [True, False]}, meta={"n": "<b>"}
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return made


def shown(client, entry) -> tuple[str, dict[str, str]]:
    answer = client.get(f"/admin/tenants/auditentry/{entry.pk}/change/")
    return answer.content.decode(), {fact.label: str(fact.value) for fact in answer.context["facts"]}


def test_an_entry_says_what_was_and_what_is_and_for_whom(client, entry, staff, firm):
    answer, facts = shown(client, entry)
    assert f"<h1>Webhook ayarlarını değiştirdi #{entry.pk}</h1>" in answer
    assert staff.name in facts["Kim"]
    assert "firma adına" in facts["Kim"]
    assert facts["Nesne"] == f"Firma #{firm.pk}"
    for value in ("Değişiklik", "Etkin", "<code>Evet</code>", "<code>Hayır</code>", "&lt;b&gt;"):
        assert value in answer


def test_its_place_in_the_chain_is_shown(client, entry):
    _, facts = shown(client, entry)
    assert "Sağlam" in facts["Zincirdeki yeri"]
    assert bytes(entry.link.hash).hex() in facts["Mühür"]


def test_a_change_behind_its_back_is_shown(client, entry):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tenants_auditentry DISABLE TRIGGER append_only")
        cursor.execute("UPDATE tenants_auditentry SET acting = false WHERE id = %s", [entry.pk])
    _, facts = shown(client, entry)
    assert "Uymuyor" in facts["Zincirdeki yeri"]


def test_an_entry_without_a_seal_and_without_changes_says_so(client, firm):
    answer, facts = shown(client, audit.record(by=Actor(firm), action="login"))
    assert "Mühürlenmemiş" in facts["Zincirdeki yeri"]
    assert (facts["Mühür"], facts["Kim"], facts["Nesne"]) == (cells.NOTHING,) * 3
    assert "Değişiklik" not in answer
