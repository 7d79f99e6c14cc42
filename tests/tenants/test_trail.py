"""Reading the trail: names for whom, and without stepping over every message."""

import pytest
from django.db import connection

from tenants import audit, filters, trail
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return factories.tenant(credits=0, sender="")


def test_a_firm_reads_the_names_of_its_own_people(firm):
    person, other = factories.user(firm), factories.user(factories.tenant(credits=0, sender=""))
    for by in (Actor(firm, person), Actor(firm, other), Actor(firm, factories.reviewer()), Actor(firm)):
        audit.record(by=by, action="x")
    entries = AuditEntry.objects.of(firm).order_by("pk")
    assert [line.name for line in trail.lines(entries, firm=firm)] == [
        person.name,
        "SMS Merkezi",
        "SMS Merkezi",
        "",
    ]
    assert [line.name for line in trail.lines(entries, firm=None)] == [
        person.name,
        other.name,
        "Platform",
        "",
    ]


def test_looking_for_anything_but_sends_does_not_step_over_them(firm):
    AuditEntry.objects.bulk_create(AuditEntry(tenant=firm, action="sms.send") for _ in range(3000))
    audit.record(by=Actor(firm), action="login")
    found = filters.TrailFilter({"action": "login"}, AuditEntry.objects.of(firm)).qs.order_by("-pk")[:51]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tenants_auditentry")
    assert "audit_but_sends" in found.explain()
    assert [entry.action for entry in found] == ["login"]
