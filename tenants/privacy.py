"""The privacy notice (KVKK): its dated texts, one's own data, and what follows when somebody withdraws.

Each text stands for ever at `/kvkk/<date>` and is named in the rows of those who were shown it. Thirty days after a withdrawal
nothing is left that says who the person was; what they did stays, under a number: messages, credit, the sealed trail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants import access, audit, consent, mail, notices, sessions
from tenants.actors import Actor
from tenants.models import (
    Authenticator,
    Challenge,
    Invitation,
    MailRequest,
    Notification,
    OutgoingMail,
    User,
)

NOTICES = (consent.VERSION,)  # newest first, none is ever taken away; templates/kvkk/<date>.<language>.html
GRACE = timedelta(days=30)
REASON = 500  # characters
NOBODY = "Silinmiş kullanıcı"
ERASED = "@silindi.invalid"  # a domain that cannot exist (RFC 2606)


class ConsentMissing(DomainError):
    """The box was not ticked."""

    code = "consent-missing"
    field = "kvkk_consent"

    def __init__(self) -> None:
        super().__init__("KVKK aydinlatma metnini onaylamaniz gerekir.")  # contract #27, literal


class ReasonTooLong(DomainError):
    code = "reason-too-long"
    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Açıklama en fazla {REASON} karakter olabilir.")


@transaction.atomic
def withdraw(*, by: Actor, reason: str = "") -> datetime:
    """The acting person's consent ends now; when. Their browsers are logged out, and the next log-in asks again.

    Unless they consent again, `erase_due` erases them after GRACE. Their firm's administrators are told, with the `reason`.
    Said again, it changes nothing. Raises ReasonTooLong.
    """
    access.require(by, "settings.own")
    if len(reason) > REASON:
        raise ReasonTooLong
    user = User.objects.select_for_update(no_key=True).get(pk=by.person.pk)
    if user.kvkk_revoked_at is None:
        user.kvkk_revoked_at = clock.now()
        user.marketing_consented_at = None
        user.save(update_fields=["kvkk_revoked_at", "marketing_consented_at"])
        sessions.end_all(user=user)
        audit.record(by=by, action="kvkk.revoked", entity=user, meta={"version": user.kvkk_version})
        _tell(user, user.kvkk_revoked_at + GRACE, reason.strip())
    return user.kvkk_revoked_at


def _tell(user: User, end: datetime, reason: str) -> None:
    day = end.astimezone(clock.ISTANBUL).strftime("%d.%m.%Y")
    link = f"{settings.SITE_URL}{settings.LOGIN_URL}"
    mail.send(to=user.email, template="kvkk_withdrawn", language=user.language, day=day, link=link)
    for admin in _admins(user):
        told = {"name": user.name, "day": day, "reason": reason}
        mail.send(to=admin.email, template="kvkk_withdrawn_admin", language=admin.language, **told)
    told_of = {"name": user.name, "user": user.pk}
    notices.notify(people=_admins(user), kind="kvkk_revoked", data=told_of, by_mail=False)


def _admins(user: User) -> QuerySet[User]:
    """Who else runs the person's firm."""
    firm = User.objects.filter(tenant=user.tenant_id, role=access.ADMIN, is_active=True)
    return firm.exclude(pk=user.pk) if user.tenant_id else User.objects.none()


@transaction.atomic
def allow_marketing(*, by: Actor, allowed: bool) -> None:
    """Whether the acting person may be written to commercially. It may change at any time and has no other consequence."""
    access.require(by, "settings.own")
    user = User.objects.select_for_update(no_key=True).get(pk=by.person.pk)
    if (user.marketing_consented_at is not None) != allowed:
        user.marketing_consented_at = clock.now() if allowed else None
        user.save(update_fields=["marketing_consented_at"])
        audit.record(
            by=by, action="profile.updated", entity=user, meta={"fields": ["marketing"], "now": allowed}
        )


def erase_due() -> int:
    """Erase who withdrew longer than GRACE ago; how many. Run twice it erases once."""
    due = User.objects.filter(_due()).values_list("pk", flat=True)
    return sum(_erase(pk) for pk in due)


def _due() -> Q:
    return Q(kvkk_revoked_at__lte=Now() - GRACE) & ~Q(email__endswith=ERASED)


@transaction.atomic
def _erase(pk: int) -> bool:
    user = User.objects.select_for_update(no_key=True).filter(_due(), pk=pk).first()
    if user is None:  # they consented again while we looked, or another clock was faster
        return False
    _forget_traces(user)
    user.email, user.name, user.phone = f"{user.pk}{ERASED}", NOBODY, ""
    user.kvkk_ip = user.last_login = user.email_verified_at = None
    user.is_active, user.deleted_at = False, user.deleted_at or clock.now()
    user.session_epoch += 1
    user.set_unusable_password()
    user.save()
    audit.record(by=Actor(user.tenant), action="kvkk.erased", entity=user)
    return True


def _forget_traces(user: User) -> None:
    """Rows that are about this person alone, or name them."""
    sessions.end_all(user=user)
    for rows in (
        user.tokens,
        user.mail_links,
        user.recovery_codes,
        user.notifications,
        user.notification_choices,
        user.known_networks,
        Notification.objects.filter(data__user=user.pk),  # what others were told of them, by name
    ):
        rows.all().delete()
    for model in (Authenticator, Challenge):
        model.objects.filter(user=user).delete()
    OutgoingMail.objects.filter(to__iexact=user.email).delete()
    MailRequest.objects.filter(email__iexact=user.email).delete()
    over = Q(accepted_at__isnull=False) | Q(cancelled_at__isnull=False) | Q(expires_at__lte=Now())
    Invitation.objects.filter(over, email__iexact=user.email).update(email=f"{user.pk}{ERASED}")
