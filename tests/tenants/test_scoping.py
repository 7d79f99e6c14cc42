"""`of(tenant)` on every model that has a tenant."""

import pytest
from django.apps import apps

from messaging.sms.models import Message
from tests import factories

OWNED = [
    model
    for model in apps.get_models()
    if any(field.name == "tenant" for field in model._meta.concrete_fields) and hasattr(model.objects, "of")
]


@pytest.fixture
def firms(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    factories.gateway()
    return factories.tenant(), factories.tenant()


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_the_rows_of_a_tenant_are_asked_for_by_its_id(firms, model):
    query = str(model.objects.of(firms[0]).query)
    assert f'"tenant_id" = {firms[0].pk}' in query


def test_there_are_such_models():
    assert {"Message", "SenderId", "OptOut", "AuditEntry"} <= {model.__name__ for model in OWNED}


def test_a_row_of_another_tenant_is_a_row_that_is_not_there(firms):
    mine, other = firms
    message = factories.sent(mine)
    assert Message.objects.of(mine).get(pk=message.pk) == message
    assert not Message.objects.of(other).filter(pk=message.pk).exists()


def test_it_may_stand_behind_other_conditions(firms):
    mine, other = firms
    message = factories.sent(mine)
    assert list(Message.objects.filter(state="queued").of(mine)) == [message]
    assert list(Message.objects.filter(state="queued").of(other)) == []
