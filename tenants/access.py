"""Who may do what: the one table behind the API, the panel and the tests (contract A3)."""

from typing import Protocol

from smsmerkezi.core.errors import Forbidden

VIEWER, OPERATOR, ADMIN, SUPER_ADMIN = "viewer", "operator", "admin", "super_admin"
ROLES = (VIEWER, OPERATOR, ADMIN, SUPER_ADMIN)  # from those who may least
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
    "contacts.erase": ADMINS,  # for good, as the law asks
    "optouts.remove": ADMINS,  # write again to somebody who said no
    "bulk.read": READERS,
    "reports.read": READERS,
    "exports.make": OPERATORS,
    "bulk.write": OPERATORS,
    "templates.read": READERS,
    "templates.write": OPERATORS,
    "senders.read": READERS,
    "senders.apply": ADMINS,  # and take back; see the documents, which may be somebody's papers
    "msisdn.view_full": ADMINS,  # whole numbers in the panel API's bodies (contract A6)
    "settings.read": READERS,
    "settings.own": READERS,  # one's own name, password, sessions, privacy, look
    "second-factor.own": READERS,
    "proof.own": READERS,  # show again who one is
    "notifications.own": READERS,
    "tokens.own": READERS,
    "settings.firm": ADMINS,
    "users.names": READERS,  # the panel's list of colleagues
    "users.manage": ADMINS,  # of one's own firm: team and invitations
    "audit.read": ADMINS,
    "webhooks.manage": ADMINS,
    "webhooks.secret": ADMINS,
    "audit.read-all": STAFF,
    "tenants.switch": STAFF,
    "senders.decide": STAFF,
    "doubts.decide": STAFF,
    "optouts.platform": STAFF,
    "hours.manage": STAFF,
    "credit.add": STAFF,
    "firms.manage": STAFF,
    "people.manage": STAFF,
    "tokens.revoke": STAFF,  # anybody's
}
# What is closed to a super_admin while acting for a firm, and why (security §5.1). Besides, whatever no administrator of a
# firm may do: the platform is run from one's own account. The API, the panel, docs/permissions.md and the tests read this.
CLOSED_WHILE_ACTING: dict[str, str] = {
    "credit.add": "money",
    "webhooks.secret": "secrets",
    "tokens.own": "tokens",
    "tokens.revoke": "tokens",
    "users.manage": "people",
    "people.manage": "people",
    "settings.own": "one's own account: password, sessions, privacy",
    "second-factor.own": "the second factor",
}
OPEN_WHILE_ACTING = frozenset(
    permission
    for permission, roles in PERMISSIONS.items()
    if permission == "tenants.switch" or (ADMIN in roles and permission not in CLOSED_WHILE_ACTING)
)
# One's own things, which need no firm.
PERSONAL = frozenset({"settings.own", "second-factor.own", "proof.own", "notifications.own", "tokens.own"})
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


class Who(Protocol):
    """A person or an actor."""

    @property
    def role(self) -> str: ...

    @property
    def acting(self) -> bool: ...


class ClosedWhileActing(Forbidden):
    """A super_admin may not do this for a firm; in one's own account it may be another matter."""

    code = "closed-while-acting"

    def __init__(self) -> None:
        super().__init__("Bu işlem firma adına çalışırken yapılamaz. Önce kendi hesabınıza dönün.")


def can(who: Who, permission: str) -> bool:
    open_to_role = who.role in PERMISSIONS[permission]
    return open_to_role and (not who.acting or permission in OPEN_WHILE_ACTING)


def require(who: Who, permission: str) -> None:
    """Raises Forbidden, ClosedWhileActing."""
    if not can(who, permission):
        raise ClosedWhileActing if who.acting else Forbidden


def needs_firm(permission: str) -> bool:
    """Whether it is about a firm's rows; the rest is one's own, or the platform's."""
    return ADMIN in PERMISSIONS[permission] and permission not in PERSONAL


def permissions_of(who: Who) -> list[str]:
    """What a client may offer to this person."""
    return [name for name in TOLD if can(who, name)]


def has_ability(abilities: list[str], wanted: str) -> bool:
    """`*` includes every ability; wanting `*` needs `*` itself."""
    return wanted in abilities or "*" in abilities
