"""What a tenant owns can be asked for through the tenant only (style, point 21)."""

from django.apps import apps

from tenants.scoping import TenantQuerySet

OURS = {"tenants", "campaigns", "files", "contacts", "senders", "sms", "billing", "gateways"}
# Reached through their message, their key or their person, never listed by themselves.
THROUGH_OTHERS = {"Submission", "IdempotencyKey", "User", "Account"}


def test_models_with_a_tenant_column_are_scoped():
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model.__name__ in THROUGH_OTHERS:
            continue
        if {"tenant", "tenant_id"} & {field.name for field in model._meta.get_fields()}:
            assert isinstance(model._default_manager.all(), TenantQuerySet), model.__name__


def test_gateways_know_no_tenant():
    columns = {
        field.name for model in apps.get_app_config("gateways").get_models() for field in model._meta.fields
    }
    assert not {name for name in columns if "tenant" in name}
