"""Whom a firm knows, in which groups, and who must not be written to."""

from messaging.contacts.models.groups import Group, Membership
from messaging.contacts.models.imports import ContactImport, ImportChange
from messaging.contacts.models.optouts import OptOut
from messaging.contacts.models.people import Contact, Key, Tally
from messaging.contacts.models.refusals import ErasedOptOut, OptOutEvent, Pepper, PlatformOptOut

__all__ = [
    "Contact",
    "ContactImport",
    "ErasedOptOut",
    "Group",
    "ImportChange",
    "Key",
    "Membership",
    "OptOut",
    "OptOutEvent",
    "Pepper",
    "PlatformOptOut",
    "Tally",
]
