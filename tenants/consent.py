"""Consent to the privacy notice (KVKK, law 6698): which dated text, when and from where. Without it nobody gets in."""

from datetime import datetime

from django.db import transaction

from smsmerkezi.core import clock
from tenants import audit
from tenants.actors import Actor
from tenants.models import User

VERSION = "2026-11-26"  # of the notice that is shown now


def lacks(user: User) -> bool:
    """Never given, or withdrawn since."""
    return given_at(user) is None


def given_at(user: User) -> datetime | None:
    """When the consent was given that holds now."""
    return None if user.kvkk_revoked_at else user.kvkk_consented_at


@transaction.atomic
def give(*, by: Actor) -> User:
    """The acting person agrees to the notice as it reads today; an earlier withdrawal is over."""
    user = by.person
    user.kvkk_consented_at, user.kvkk_revoked_at = clock.now(), None
    user.kvkk_version, user.kvkk_ip = VERSION, by.ip
    user.save(update_fields=["kvkk_consented_at", "kvkk_revoked_at", "kvkk_version", "kvkk_ip"])
    audit.record(by=by, action="kvkk.consented", entity=user, meta={"version": VERSION})
    return user
