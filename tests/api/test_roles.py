"""The role matrix of contract A3, generated from `tenants.access`; and the ability matrix beside it."""

import pytest

from tenants import access
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem

# method, path -> what it asks of the role and of the token
ASKED = {
    ("POST", "/v1/sms/send"): ("sms.send", "sms:send"),
    ("GET", "/v1/sms"): ("sms.read", "sms:read"),
    ("GET", "/v1/sms/1"): ("sms.read", "sms:read"),
    ("GET", "/v1/balance"): ("balance.read", "balance:read"),
    ("GET", "/v1/tokens"): ("tokens.own", None),
    ("POST", "/v1/tokens"): ("tokens.own", "*"),
    ("DELETE", "/v1/tokens/1"): ("tokens.own", "*"),
    ("GET", "/v1/panel/notifications"): ("notifications.own", "*"),
    ("GET", "/v1/panel/notifications/recent"): ("notifications.own", "*"),
    ("POST", "/v1/panel/notifications/read-all"): ("notifications.own", "*"),
    ("POST", "/v1/panel/notifications/1/read"): ("notifications.own", "*"),
    ("DELETE", "/v1/panel/notifications/1"): ("notifications.own", "*"),
    ("GET", "/v1/panel/users"): ("users.manage", "*"),
    ("POST", "/v1/panel/users/invite"): ("users.manage", "*"),
    ("DELETE", "/v1/panel/users/invitations/1"): ("users.manage", "*"),
    ("DELETE", "/v1/panel/users/1"): ("users.manage", "*"),
    ("GET", "/v1/admin/audit-logs"): ("audit.read-all", "*"),
    ("GET", "/v1/panel/audit-logs"): ("audit.read", "*"),
    ("GET", "/v1/panel/audit-logs/1"): ("audit.read", "*"),
    ("POST", "/v1/auth/logout"): ("tokens.own", None),
    ("GET", "/v1/auth/me"): ("tokens.own", None),
    ("GET", "/v1/panel/2fa"): ("second-factor.own", "*"),
    ("DELETE", "/v1/panel/2fa"): ("second-factor.own", "*"),
    ("GET", "/v1/panel/2fa/setup"): ("second-factor.own", "*"),
    ("POST", "/v1/panel/2fa/enable"): ("second-factor.own", "*"),
    ("POST", "/v1/panel/2fa/confirm"): ("second-factor.own", "*"),
    ("POST", "/v1/panel/2fa/recovery-codes/regenerate"): ("second-factor.own", "*"),
}
CONTRACT = {  # A3, by hand: the table in the code must say the same
    "sms.send": {"operator", "admin", "super_admin"},
    "sms.read": {"viewer", "operator", "admin", "super_admin"},
    "audit.read": {"admin", "super_admin"},
    "audit.read-all": {"super_admin"},
    "balance.read": {"viewer", "operator", "admin", "super_admin"},
    "second-factor.own": {"viewer", "operator", "admin", "super_admin"},
    "tokens.own": {"viewer", "operator", "admin", "super_admin"},
    "notifications.own": {"viewer", "operator", "admin", "super_admin"},
    "users.manage": {"admin", "super_admin"},
}
ROLES = ("viewer", "operator", "admin", "super_admin")
ROLE_REFUSAL = "Bu işlem için yetkiniz yok."


def refusal(answer) -> str:
    return answer.json()["detail"] if answer.status_code == 403 else ""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_a_role_may_exactly_what_the_table_says(firm, role, method, path):
    owner = factories.reviewer() if role == "super_admin" else factories.user(firm, role=role)
    answer = doors.Door(factories.token(owner)).call(method, path, {})
    permission, _ = ASKED[method, path]
    allowed = role in access.PERMISSIONS[permission]
    assert (refusal(answer) != ROLE_REFUSAL) is allowed
    assert allowed is (role in CONTRACT[permission])


@pytest.mark.parametrize("ability", [*access.ABILITIES])
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_a_token_may_exactly_what_it_says(firm, ability, method, path):
    answer = doors.door(firm, ability).call(method, path, {})
    _, wanted = ASKED[method, path]
    if wanted is None or ability in {wanted, "*"}:
        assert refusal(answer) in {"", ROLE_REFUSAL}  # what is the platform's own is no administrator's
    else:
        said = is_problem(answer, 403, "forbidden")
        assert said["detail"] == f'Bu token "{wanted}" yetkisine sahip değil.'


def test_a_role_that_was_lowered_counts_at_once(firm):
    owner = factories.user(firm, role="operator")
    door = doors.Door(factories.token(owner))
    assert door.send().status_code == 202
    owner.role = "viewer"
    owner.save()
    is_problem(door.send(), 403, "forbidden")


def test_platform_staff_hear_that_a_firm_is_missing_before_anything_is_looked_for(firm):
    """The contract's order (A2): who asks comes before what is asked for."""
    said = is_problem(doors.Door(factories.token(factories.reviewer())).get("/v1/sms/999"), 403, "forbidden")
    assert said["detail"] == "Bu işlem bir firma hesabı gerektirir."
