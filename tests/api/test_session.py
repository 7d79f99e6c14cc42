"""#30 and #31: out through the API, and what a client is told of its user."""

import pytest

from tenants import access
from tenants.models import ApiToken, AuditEntry, Tenant, User
from tests import factories
from tests.api import doors
from tests.api.doors import is_unauthenticated

ROLES = {
    "viewer": ["sms.read", "contacts.read", "templates.read"],
    "operator": [
        "sms.send",
        "sms.read",
        "contacts.read",
        "contacts.write",
        "templates.read",
        "templates.write",
    ],
    "admin": list(access.TOLD),
}


def me(door) -> dict:
    return door.get("/v1/auth/me").json()["data"]


class TestLoggingOut:
    def test_kills_the_token_for_ever(self, firm, door):
        assert door.post("/v1/auth/logout").json() == {"status": "revoked"}
        is_unauthenticated(door.get("/v1/balance"))
        is_unauthenticated(door.post("/v1/auth/logout"))
        assert AuditEntry.objects.filter(action="logout").count() == 1

    def test_leaves_the_owners_other_tokens_and_everybody_elses(self, firm, door):
        other = doors.door(firm)
        owner = User.objects.get(tokens__isnull=False, pk=ApiToken.objects.order_by("pk").first().user_id)
        spare = doors.Door(factories.token(owner))
        door.post("/v1/auth/logout")
        assert other.get("/v1/balance").status_code == spare.get("/v1/balance").status_code == 200

    @pytest.mark.parametrize("ability", access.ABILITIES)
    def test_is_any_tokens_right(self, firm, ability):
        assert doors.door(firm, ability, role="viewer").post("/v1/auth/logout").status_code == 200


class TestWhoAmI:
    @pytest.mark.parametrize("role", ROLES)
    def test_lists_what_the_role_may_in_the_contracts_order(self, firm, role):
        assert me(doors.door(firm, "balance:read", role=role))["permissions"] == ROLES[role]

    def test_as_platform_staff_has_no_firm_and_may_everything(self, firm):
        data = me(doors.Door(factories.token(factories.reviewer())))
        assert (data["tenant"], data["permissions"]) == (None, list(access.TOLD))

    def test_is_ones_own_firm(self, firm, door):
        other = doors.door(factories.tenant())
        assert me(door)["tenant"]["id"] == firm.pk != me(other)["tenant"]["id"]

    def test_of_a_firm_without_a_road_of_its_own_is_the_platforms(self, firm, door):
        Tenant.objects.update(gateway="")
        assert me(door)["tenant"]["gateway"] == "mock"

    def test_has_null_for_what_is_not_known(self, firm, door):
        Tenant.objects.update(default_originator="")
        User.objects.update(kvkk_revoked_at="2026-05-02T08:00:00Z", email_verified_at=None)
        data = me(door)
        assert data["tenant"]["default_originator"] is None
        assert [data["user"][name] for name in ("phone", "email_verified_at", "kvkk_consented_at")] == [
            None
        ] * 3

    def test_knows_of_the_second_factor(self, firm, door):
        assert me(door)["user"]["two_factor_enabled"] is False
        factories.authenticator(ApiToken.objects.get().user)
        assert me(door)["user"]["two_factor_enabled"] is True
