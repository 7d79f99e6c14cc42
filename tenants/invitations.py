"""Who is asked to join a firm: a secret link by mail, good for seven days, used once; only its SHA-256 is kept.

What the invited do with it: joining.py.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from smsmerkezi import database, scope
from smsmerkezi.core import clock
from smsmerkezi.core.errors import NotFound
from tenants import access, audit, limits, mail, people, team
from tenants.actors import Actor
from tenants.invitation_refusals import AlreadyInvited, EmailRegistered, InvitationOver, TooManyInvitations
from tenants.models import Invitation, Tenant, User

State = Invitation.State
LIFETIME = timedelta(days=7)
GAP = timedelta(seconds=60)  # between two mails of one invitation
PER_ADDRESS = limits.Limit(5, 24 * 3600)  # whoever is asked, by whatever firm: no mailbox is flooded
PER_FIRM = limits.Limit(100, 24 * 3600)
PER_STRANGER = limits.Limit(3, 24 * 3600)  # by somebody whose own address nobody has proved
SHOWN = timedelta(days=30)  # how long the firm sees that an invitation came to nothing


def pending(firm: Tenant) -> QuerySet[Invitation]:
    """Who may still come, newest first."""
    return _of(firm).filter(Q(status=State.PENDING))


def waiting(firm: Tenant) -> QuerySet[Invitation]:
    """Who may still come, and who did not come in time."""
    recent = Q(status=State.EXPIRED, cancelled_at=None, expires_at__gt=Now() - SHOWN)
    return _of(firm).filter(Q(status=State.PENDING) | recent)


def find(*, by: Actor, invitation_id: int) -> Invitation:
    """One of the firm's invitations, with its `status`. Raises Forbidden, NotFound."""
    access.require(by, "users.manage")
    found = _of(by.tenant).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("Davet bulunamadı.")
    return found


@transaction.atomic
def invite(*, by: Actor, email: str, role: str) -> Invitation:
    """Ask somebody to join the acting firm.

    Raises people.BadPerson, team.UnknownRole, EmailRegistered, AlreadyInvited, TooManyInvitations.
    """
    access.require(by, "users.manage")
    email = email.strip()
    people.check_email(email)
    team.check_role(role)
    _check_free(email)
    over = Q(status=State.EXPIRED, cancelled_at=None, email__iexact=email)
    _of(by.tenant).filter(over).update(cancelled_at=Now())  # its place is free
    _count(by, email)
    invitation = _create(by, email, role)
    audit.record(by=by, action="user.invited", entity=invitation, meta={"role": role})
    return invitation


@transaction.atomic
def resend(*, by: Actor, invitation_id: int) -> Invitation:
    """A new link for seven days more; the old one is dead.

    Raises NotFound, InvitationOver, EmailRegistered, TooManyInvitations.
    """
    invitation = _taken(by, invitation_id)
    if invitation.status not in {State.PENDING, State.EXPIRED} or invitation.cancelled_at:
        raise InvitationOver(invitation.status)
    since = clock.now() - invitation.sent_at
    if since < GAP:
        raise TooManyInvitations((GAP - since).seconds + 1)
    _check_free(invitation.email)
    _count(by, invitation.email)
    secret = _renew(invitation)
    invitation.save(update_fields=["secret_hash", "sent_at", "expires_at"])
    _mail(by, invitation, secret)
    audit.record(by=by, action="invitation.resent", entity=invitation)
    return find(by=by, invitation_id=invitation_id)


@transaction.atomic
def cancel(*, by: Actor, invitation_id: int) -> Invitation:
    """The link is dead with the commit. Raises NotFound, InvitationOver."""
    invitation = _taken(by, invitation_id)
    if invitation.status != State.PENDING:
        raise InvitationOver(invitation.status)
    invitation.cancelled_at = Now()
    invitation.save(update_fields=["cancelled_at"])
    audit.record(by=by, action="invitation.cancelled", entity=invitation)
    return find(by=by, invitation_id=invitation_id)


def _of(firm: Tenant) -> QuerySet[Invitation]:
    return Invitation.objects.of(firm).with_status().order_by("-pk")


def _taken(by: Actor, invitation_id: int) -> Invitation:
    access.require(by, "users.manage")
    rows = _of(by.tenant).select_for_update(no_key=True)
    found = rows.filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("Davet bulunamadı.")
    return found


@scope.platform_wide
def _check_free(email: str) -> None:
    if User.objects.by_email(email).exists():
        raise EmailRegistered


def _count(by: Actor, email: str) -> None:
    address = hashlib.sha256(email.lower().encode()).hexdigest()
    counted = [(f"invite:{address}", PER_ADDRESS), (f"invites:{by.tenant.pk}", PER_FIRM)]
    if by.person.email_verified_at is None:
        counted.append((f"invites-by:{by.user_id}", PER_STRANGER))
    for bucket, limit in counted:
        quota = limits.hit(bucket, limit)
        if quota.exceeded:
            raise TooManyInvitations(quota.retry_after)


def _create(by: Actor, email: str, role: str) -> Invitation:
    invitation = Invitation(tenant=by.tenant, email=email, role=role, invited_by=by.user)
    secret = _renew(invitation)
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        if database.constraint(error) == "invitation_pending_once":
            raise AlreadyInvited from error
        raise
    _mail(by, invitation, secret)
    return find(by=by, invitation_id=invitation.pk)


def _renew(invitation: Invitation) -> str:
    """The secret of its next link."""
    secret = secrets.token_urlsafe(32)
    invitation.secret_hash = digest(secret)
    invitation.sent_at, invitation.expires_at = Now(), Now() + LIFETIME
    return secret


def _mail(by: Actor, invitation: Invitation, secret: str) -> None:
    """In the language of whoever asks: nobody knows yet what the asked one reads."""
    mail.send(
        to=invitation.email,
        template="invitation",
        language=by.person.language,
        firm=by.tenant.name,
        inviter=by.person.name,
        role=invitation.role,
        days=LIFETIME.days,
        link=settings.SITE_URL + reverse("panel-invitation", args=[secret]),
    )


def digest(secret: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()
