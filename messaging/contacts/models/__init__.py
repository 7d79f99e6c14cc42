"""Whom a firm knows, in which groups, and who must not be written to."""

from messaging.contacts.models.groups import Group, Membership
from messaging.contacts.models.optouts import OptOut
from messaging.contacts.models.people import Contact, Key, Tally

__all__ = ["Contact", "Group", "Key", "Membership", "OptOut", "Tally"]
