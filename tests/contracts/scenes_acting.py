"""Scenes of #77, #78 and of the two that we add to them (numbered 88 and 89 here)."""

from typing import Any

from tenants.models import Tenant
from tests import factories, switching
from tests.api import doors


def wanted() -> Tenant:
    """The firm of the samples."""
    return Tenant.objects.create(name="ABC Sirket", slug="abc-sirket")


def staff(firm: Tenant, example: Any) -> doors.Door:
    """The sample's id is replaced by the real one, unless it is meant to be missing."""
    body = example.request.get("body", {})
    if "tenant_id" in body and not example.name.endswith("404-missing"):
        body["tenant_id"] = wanted().pk
    return switching.staff_door()


def staff_who_looks(firm: Tenant, example: Any) -> doors.Door:
    wanted()
    return switching.staff_door()


def staff_who_acts(firm: Tenant, example: Any) -> doors.Door:
    return switching.acting_door(wanted())


def a_key(firm: Tenant, example: Any) -> doors.Door:
    return doors.Door(factories.token(factories.reviewer()))


BY_NAME = {
    "77-tenant-list/200-ok": staff_who_looks,
    "77-tenant-list/422-cursor": staff,
    "77-tenant-list/429-too-many": staff,
    "78-tenant-status/200-ok": staff,
    "78-tenant-status/200-acting": staff_who_acts,
    "78-tenant-status/429-too-many": staff,
    "88-tenant-enter/200-ok": staff,
    "88-tenant-enter/403-proof": a_key,
    "88-tenant-enter/404-missing": staff,
    "88-tenant-enter/409-already": staff_who_acts,
    "88-tenant-enter/422-no-reason": staff,
}
