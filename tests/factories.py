"""Rows for tests, made by the domain, as in real life."""

import itertools
import secrets
import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django_otp.oath import TOTP

from billing import ledger
from gateways import accounts
from gateways.models import GatewayAccount
from messaging.contacts import optouts
from messaging.senders import approval
from messaging.sms import sending
from messaging.sms.models import Message, Recipient
from smsmerkezi.core import clock, crypto
from tenants import consent, tokens
from tenants import recovery_codes as codes
from tenants.actors import Actor
from tenants.models import Authenticator, Tenant, User
from tenants.models.second_factor import STEP

SENDER = "SMSMERKEZI"
PASSWORD = "uzun-bir-parola-42"
_numbers = itertools.count(1)


def reviewer() -> User:
    known = User.objects.filter(email="platform@ornek.test").first()
    return known or User.objects.create_superuser(
        "platform@ornek.test", PASSWORD, name="Platform", **settled()
    )


def settled() -> dict[str, Any]:
    """Of somebody who reads their mail and agreed to the privacy notice: nothing but a password stands before the door."""
    now = clock.now()
    return {"email_verified_at": now, "kvkk_consented_at": now, "kvkk_version": consent.VERSION}


def tenant(*, credits: int = 1000, gateway: str = "mock", sender: str = SENDER) -> Tenant:
    """A firm with credit and an approved sender."""
    n = next(_numbers)
    firm = Tenant.objects.create(
        name=f"Firma {n}", slug=f"firma-{n}", gateway=gateway, default_originator=sender
    )
    if credits:
        with transaction.atomic():
            ledger.top_up(tenant=firm, credits=credits, reference=f"factory:{firm.pk}")
    if sender:
        applied = approval.apply_for(by=Actor(firm), label=sender)
        approval.approve(sender_id=applied.pk, reviewer=reviewer())
    return firm


def user(firm: Tenant, *, role: str = User.Role.ADMIN, **fields: Any) -> User:
    n = next(_numbers)
    given = {"name": f"Kişi {n}", "role": role, "tenant": firm, **settled(), **fields}
    return User.objects.create_user(f"kisi{n}@ornek.test", PASSWORD, **given)


def authenticator(owner: User) -> bytes:
    """Give `owner` a confirmed app; its key, for `code`."""
    key = secrets.token_bytes(20)
    Authenticator.objects.create(
        user=owner, secret=crypto.encrypt(key.hex()), confirmed=True, confirmed_at=clock.now()
    )
    return key


def recovery_codes(owner: User) -> list[str]:
    made = codes.fresh()
    codes.replace(owner, codes.hashed(made))
    return made


def code(key: bytes, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps later."""
    clock_of_app = TOTP(key, STEP)
    clock_of_app.time = time.time() + steps * STEP
    return f"{clock_of_app.token():06d}"


def actor(firm: Tenant, *, role: str = User.Role.ADMIN) -> Actor:
    return Actor(firm, user(firm, role=role))


def token(owner: User, *abilities: str, name: str = "Test") -> str:
    """The plain text of a new token."""
    by = Actor(owner.tenant, owner)
    return tokens.create(by=by, name=name, abilities=abilities or ("*",)).plain_text


def gateway(
    slug: str = "mock", *, url: str = "http://127.0.0.1:9", default: bool = False, **options: Any
) -> GatewayAccount:
    """A mock account; without a simulator's `url` nobody answers there. Options: class, quiet, timeout."""
    account = GatewayAccount.objects.create(
        slug=slug,
        vendor="mock",
        title=slug,
        base_url=url,
        credentials={"token": "gizli"},
        options={"quiet": 0.3, **options},
        is_default=default,
    )
    accounts.forget()
    return account


def number(n: int, *, fate: str = "0001") -> str:
    """The n-th test number; its last four digits choose its fate in the simulator."""
    return f"+905{30_000 + n % 20_000:05d}{fate}"


def order(*recipients: str, body: str = "Merhaba", **fields: Any) -> sending.Order:
    return sending.Order(body=body, recipients=list(recipients) or [number(1)], **fields)


def sent(
    firm: Tenant, *recipients: str, key: str | None = None, by: Actor | None = None, **fields: Any
) -> Message:
    """A message accepted the way every customer's message is."""
    accepted = sending.send_sms(by=by or actor(firm), order=order(*recipients, **fields), idempotency_key=key)
    return Message.objects.get(pk=accepted.id)


def recipients(message: Message) -> list[Recipient]:
    found = []
    for submission in message.submissions.order_by("id"):
        span = (submission.first_recipient_id, submission.last_recipient_id)
        found += Recipient.objects.filter(id__range=span).order_by("id")
    return found


def opt_out(firm: Tenant, *numbers: str) -> None:
    optouts.add(by=Actor(firm), numbers=numbers)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
