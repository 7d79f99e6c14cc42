"""Who may do what: the one table behind the API, the panel and the tests (contract A3)."""

from typing import Protocol

from smsmerkezi.core.errors import Forbidden

VIEWER, OPERATOR, ADMIN, SUPER_ADMIN = "viewer", "operator", "admin", "super_admin"
READERS = frozenset({VIEWER, OPERATOR, ADMIN, SUPER_ADMIN})
OPERATORS = frozenset({OPERATOR, ADMIN, SUPER_ADMIN})
ADMINS = frozenset({ADMIN, SUPER_ADMIN})
STAFF = frozenset({SUPER_ADMIN})

PERMISSIONS: dict[str, frozenset[str]] = {
    "sms.read": READERS,
    "sms.send": OPERATORS,
    "sms.cancel": OPERATORS,
    "sms.numbers": OPERATORS,  # see whole numbers, each look being audited (design/ui.md §5.0)
    "balance.read": READERS,
    "contacts.read": READERS,
    "contacts.write": OPERATORS,
    "templates.read": READERS,
    "templates.write": OPERATORS,
    "msisdn.view_full": ADMINS,  # whole numbers in the panel API's bodies (contract A6)
    "settings.read": READERS,
    "settings.own": READERS,  # one's own name, password, sessions, privacy, look
    "second-factor.own": READERS,
    "notifications.own": READERS,
    "tokens.own": READERS,
    "settings.firm": ADMINS,
    "users.names": READERS,  # the panel's list of colleagues
    "users.manage": ADMINS,  # of one's own firm: team and invitations
    "audit.read": ADMINS,
    "webhooks.manage": ADMINS,
    "audit.read-all": STAFF,
    "tenants.switch": STAFF,
    "senders.decide": STAFF,
    "doubts.decide": STAFF,
    "credit.add": STAFF,
    "firms.manage": STAFF,
    "people.manage": STAFF,
    "tokens.revoke": STAFF,  # anybody's
}
# What the API tells a client about its user, in the contract's order (#31).
TOLD = (
    "sms.send",
    "sms.read",
    "contacts.read",
    "contacts.write",
    "templates.read",
    "templates.write",
    "users.manage",
    "webhooks.manage",
    "msisdn.view_full",
)
ABILITIES = ("sms:send", "sms:read", "balance:read", "*")


class HasRole(Protocol):
    @property
    def role(self) -> str: ...


def can(who: HasRole, permission: str) -> bool:
    return who.role in PERMISSIONS[permission]


def require(who: HasRole, permission: str) -> None:
    """Raises Forbidden."""
    if not can(who, permission):
        raise Forbidden


def permissions_of(who: HasRole) -> list[str]:
    """What a client may offer to this person."""
    return [name for name in TOLD if can(who, name)]


def has_ability(abilities: list[str], wanted: str) -> bool:
    """`*` includes every ability; wanting `*` needs `*` itself."""
    return wanted in abilities or "*" in abilities
