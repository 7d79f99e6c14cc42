"""Mail to people: a row in the caller's transaction, sent by a worker, so a mail server that is away delays and loses nothing.

A mail may arrive twice when a worker dies between the mail server's answer and the row; it is never lost.
"""

import json
import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Now
from django.template import Context, Engine
from django.utils import translation

from smsmerkezi.core import crypto
from tenants.models import OutgoingMail

logger = logging.getLogger(__name__)
LEASE = (
    120  # seconds that one worker may take for one mail; longer than the mail server's EMAIL_TIMEOUT allows
)
TRIES = 8  # the waits double from LEASE: about four hours in all
State = OutgoingMail.State

# Taken before the mail server is spoken to and without a transaction over it; the next try is due when the lease is over.
# One at a time: a mail that breaks its worker, or a slow server, keeps no other mail's lease running.
CLAIM = """
UPDATE tenants_outgoingmail m SET tries = m.tries + 1,
  due_at = clock_timestamp() + %s * power(2, m.tries) * interval '1 second'
WHERE m.id = (
  SELECT id FROM tenants_outgoingmail WHERE state = 'ready' AND due_at <= clock_timestamp()
  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING m.id
"""


def send(*, to: str, template: str, language: str = "tr", **context: Any) -> OutgoingMail:
    """Queue `templates/emails/<template>` for one address; `context` is plain JSON values.

    The text template's first line is the subject. Call it in the transaction of what the mail tells of.
    """
    return OutgoingMail.objects.create(
        to=to,
        template=template,
        language=language,
        context=crypto.encrypt(json.dumps(context)),
        due_at=Now(),
    )


def deliver_due() -> int:
    """Send what is due; how many were tried."""
    tried = 0
    while (claimed := _claim()) is not None:
        _deliver(OutgoingMail.objects.get(pk=claimed))
        tried += 1
    return tried


def _claim() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [LEASE])
        found = cursor.fetchone()
    return found[0] if found else None


def _deliver(mail: OutgoingMail) -> None:
    try:
        rendered(mail).send()
    except (OSError, smtplib.SMTPException, crypto.Undecryptable) as error:
        logger.warning("mail.not-sent", extra={"ids": {"mail": mail.pk, "error": type(error).__name__}})
        if mail.tries >= TRIES or _nobody_there(error):
            _close(mail, State.FAILED)
    else:
        _close(mail, State.SENT)


def _nobody_there(error: Exception) -> bool:
    """The mail server knows no such address and will not know it later either."""
    refused = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ()
    return any(refused) and all(500 <= code < 600 for code, _ in refused)


def _close(mail: OutgoingMail, state: OutgoingMail.State) -> None:
    """Whatever the mail said is gone with its end."""
    sent_at = Now() if state == State.SENT else None
    OutgoingMail.objects.filter(pk=mail.pk, state=State.READY).update(
        state=state, sent_at=sent_at, context=""
    )


def rendered(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail in its language, as text and as HTML. Raises crypto.Undecryptable."""
    told = {**json.loads(crypto.decrypt(mail.context)), "site_url": settings.SITE_URL}
    with translation.override(mail.language):
        plain = _filled(f"{mail.template}.txt", told, autoescape=False)
        subject, _, text = plain.strip().partition("\n")
        subject = " ".join(subject.split())
        page = _filled(f"{mail.template}.html", {**told, "subject": subject}, autoescape=True)
    message = EmailMultiAlternatives(
        subject, text.strip() + "\n", to=[mail.to], headers={"Auto-Submitted": "auto-generated"}
    )
    message.attach_alternative(page, "text/html")
    return message


def _filled(name: str, told: dict[str, Any], *, autoescape: bool) -> str:
    template = Engine.get_default().get_template(f"emails/{name}")
    return template.render(Context(told, autoescape=autoescape))


def prune() -> int:
    """Forget mails that went out or failed a month ago; how many."""
    old = OutgoingMail.objects.filter(created_at__lt=Now() - timedelta(days=30)).exclude(state=State.READY)
    return old.delete()[0]


def waiting(address: str, template: str, *, minutes: float) -> bool:
    """Whether this address was written this mail so short ago: against floods of resent links."""
    since = Now() - timedelta(minutes=minutes)
    return OutgoingMail.objects.filter(to__iexact=address, template=template, created_at__gt=since).exists()
