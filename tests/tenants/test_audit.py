import pytest
from django.db import DatabaseError, connection, transaction

from tenants import audit
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories


@pytest.fixture
def firm(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return factories.tenant(credits=0, sender="")


def test_an_entry_says_who_did_what_to_which_row_from_where(firm):
    person = factories.user(firm)
    by = Actor(firm, person, token_id=7, ip="2001:db8::1", user_agent="crm/1")
    entry = audit.record(by=by, action="tenant.renamed", entity=firm, meta={"n": 1})
    entry.refresh_from_db()
    assert (entry.tenant, entry.user_id, entry.token_id, entry.action) == (
        firm,
        person.pk,
        7,
        "tenant.renamed",
    )
    assert (entry.entity_type, entry.entity_id, entry.meta) == ("Tenant", firm.pk, {"n": 1})
    assert (entry.ip, entry.user_agent) == ("2001:db8::1", "crm/1")


def test_an_entry_says_what_was_and_what_is_and_who_it_was_done_for(firm):
    by = Actor(firm, factories.reviewer(), acting=True)
    entry = audit.record(by=by, action="x", entity=firm, changes={"name": ["Eski", "Yeni"]})
    entry.refresh_from_db()
    assert (entry.acting, entry.changes, entry.meta) == (True, {"name": ["Eski", "Yeni"]}, {})


def test_a_row_that_is_gone_is_named_by_hand(firm):
    entry = audit.record(by=Actor(firm), action="token.revoked", entity_type="ApiToken", entity_id=5)
    assert (entry.entity_type, entry.entity_id, entry.user_id) == ("ApiToken", 5, None)


def test_what_the_platform_does_by_itself_has_no_actor(firm):
    entry = audit.record(by=None, action="sms.expired", tenant=firm)
    assert (entry.tenant, entry.user_id, entry.ip, entry.user_agent, entry.meta) == (firm, None, None, "", {})


def test_the_tenant_may_be_another_than_the_actors(firm):
    other = factories.tenant(credits=0, sender="")
    assert audit.record(by=Actor(firm), action="x", tenant=other).tenant == other


def test_a_long_name_of_a_program_is_cut(firm):
    entry = audit.record(by=Actor(firm, user_agent="x" * 1000), action="x")
    assert len(entry.user_agent) == 255


def test_an_entry_goes_with_the_change_that_it_tells_of(firm):
    with transaction.atomic():
        audit.record(by=Actor(firm), action="x")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(action="x").exists()


@pytest.mark.parametrize(
    "change", ["UPDATE tenants_auditentry SET action = 'y'", "DELETE FROM tenants_auditentry"]
)
def test_an_entry_is_never_changed_or_deleted_again(firm, change):
    audit.record(by=Actor(firm), action="x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEntry.objects.filter(action="x").count() == 1


def test_a_tenant_reads_its_own_entries_only(firm):
    other = factories.tenant(credits=0, sender="")
    mine = audit.record(by=Actor(firm), action="x")
    audit.record(by=Actor(other), action="x")
    assert list(AuditEntry.objects.of(firm)) == [mine]
