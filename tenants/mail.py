"""Mail to people: a row in the caller's transaction, sent by a worker, so a mail server that is away delays and loses nothing.

A mail may arrive twice when a worker dies between the mail server's answer and the row; it is never lost.
"""

import json
import logging
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation

from smsmerkezi.core import crypto
from tenants.models import OutgoingMail

logger = logging.getLogger(__name__)
BATCH = 20
LEASE = 120  # seconds that one worker may take for one mail
TRIES = 8  # the waits double from LEASE: about four hours in all
State = OutgoingMail.State

# Taken before the mail server is spoken to and without a transaction over it; the next try is due when the lease is over.
CLAIM = """
UPDATE tenants_outgoingmail m SET tries = m.tries + 1,
  due_at = now() + %(lease)s * power(2, m.tries) * interval '1 second'
WHERE m.id IN (
  SELECT id FROM tenants_outgoingmail WHERE state = 'ready' AND due_at <= now()
  ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
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
    while claimed := _claim():
        for mail in OutgoingMail.objects.filter(pk__in=claimed):
            _deliver(mail)
        tried += len(claimed)
    return tried


def _claim() -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lease": LEASE, "batch": BATCH})
        return [pk for (pk,) in cursor.fetchall()]


def _deliver(mail: OutgoingMail) -> None:
    row = OutgoingMail.objects.filter(pk=mail.pk, state=State.READY)
    try:
        rendered(mail).send()
    except (OSError, smtplib.SMTPException, crypto.Undecryptable) as error:
        logger.warning("mail.not-sent", extra={"ids": {"mail": mail.pk, "error": type(error).__name__}})
        if mail.tries >= TRIES:
            row.update(state=State.FAILED, context="")
        return
    row.update(state=State.SENT, sent_at=Now(), context="")


def rendered(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail in its language, as text and as HTML. Raises crypto.Undecryptable."""
    told = {**json.loads(crypto.decrypt(mail.context)), "site_url": settings.SITE_URL}
    with translation.override(mail.language):
        subject, _, text = render_to_string(f"emails/{mail.template}.txt", told).strip().partition("\n")
        page = render_to_string(f"emails/{mail.template}.html", {**told, "subject": subject})
    message = EmailMultiAlternatives(subject, text.strip() + "\n", to=[mail.to])
    message.attach_alternative(page, "text/html")
    return message


def prune() -> int:
    """Forget mails that went out or failed a month ago; how many."""
    old = OutgoingMail.objects.filter(created_at__lt=Now() - timedelta(days=30)).exclude(state=State.READY)
    return old.delete()[0]


def waiting(address: str, template: str, *, minutes: float) -> bool:
    """Whether this address was written this mail so short ago: against floods of resent links."""
    since = Now() - timedelta(minutes=minutes)
    return OutgoingMail.objects.filter(to__iexact=address, template=template, created_at__gt=since).exists()
