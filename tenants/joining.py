"""Becoming one of a firm's people: what the invited see behind the mailed link, and what they do there."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from smsmerkezi import scope
from smsmerkezi.core.errors import NotFound, Several
from tenants import (
    audit,
    consent,
    invitation_refusals,
    invitations,
    login,
    notices,
    password_rules,
    people,
    privacy,
    team,
)
from tenants.actors import Actor
from tenants.models import Invitation, Tenant, User


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the invited say of themselves."""

    name: str
    password: str
    kvkk_consent: bool
    language: str = "tr"


@scope.platform_wide
def look(secret: str, *, lock: bool = False) -> Invitation:
    """The invitation behind a mailed link, with its `status` and firm. Raises NotFound."""
    rows = Invitation.objects.with_status().select_related("tenant")
    rows = rows.select_for_update(no_key=True, of=("self",)) if lock else rows
    found = rows.filter(secret_hash=invitations.digest(secret)).first()
    if found is None:
        raise NotFound("Davet bulunamadı.")
    return found


@scope.platform_wide
@transaction.atomic
def accept(*, secret: str, newcomer: Newcomer, ip: str | None, user_agent: str = "") -> User:
    """Become one of the firm's people; that the link came by mail proves the address.

    Raises NotFound, InvitationOver, EmailRegistered, login.AccountClosed, people.BadPerson, Several.
    """
    invitation = look(secret, lock=True)
    if invitation.status != Invitation.State.PENDING:
        raise invitation_refusals.InvitationOver(invitation.status)
    if invitation.tenant.state != Tenant.State.ACTIVE:
        raise login.AccountClosed("tenant")
    _check(newcomer)
    user = _join(invitation, newcomer)
    invitation.accepted_by, invitation.accepted_at = user, Now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    by = Actor(invitation.tenant, user, ip=ip, user_agent=user_agent)
    audit.record(by=by, action="invitation.accepted", entity=invitation, meta={"role": str(user.role)})
    notices.notify(
        people=team.admins(invitation.tenant).exclude(pk=user.pk),
        kind="invitation_accepted",
        data={"name": user.name, "user": user.pk},
    )
    return consent.give(by=by)


def _check(newcomer: Newcomer) -> None:
    """All that is wrong, at once."""
    people.check_name(newcomer.name)
    faults = password_rules.faults(newcomer.password, newcomer.password)
    if not newcomer.kvkk_consent:
        faults.append(privacy.ConsentMissing())
    if faults:
        raise Several(faults)


def _join(invitation: Invitation, newcomer: Newcomer) -> User:
    user = User(
        tenant=invitation.tenant,
        email=invitation.email,
        name=newcomer.name.strip(),
        role=invitation.role,
        language=newcomer.language,
        email_verified_at=Now(),
    )
    user.set_password(newcomer.password)
    try:
        people.save(user)
    except people.EmailTaken as refusal:
        raise invitation_refusals.EmailRegistered from refusal  # by registering, or by another firm's invitation
    user.refresh_from_db(fields=["email_verified_at"])
    return user
