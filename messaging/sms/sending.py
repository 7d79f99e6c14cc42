"""Accepting a message. Every front door ends here.

`send_sms` checks what can be checked without rows, then stores everything in one statement (`store.accept`). What that
statement would not store is asked for afterwards, so only a refused request pays for the question why.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError, transaction

from billing import ledger
from gateways import accounts, registry, routing, segments
from gateways.base import Capabilities
from gateways.models import GatewayAccount
from messaging.hours import policy
from messaging.senders import rules
from messaging.senders.models import SenderId
from messaging.sms import bell, ids, points
from messaging.sms.models import Message, Submission
from messaging.sms.store import accept as store
from smsmerkezi import database
from smsmerkezi.core import clock, phones, texts
from smsmerkezi.core.errors import Busy, Conflict, DomainError
from tenants import access
from tenants.actors import Actor
from tenants.models import Tenant

MAX_BODY = 1000  # code points (contract A9, D47)
MAX_RECIPIENTS = 1000  # contract #2
MAX_META = 8192  # bytes of JSON; the contract names no limit
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # the one character that jsonb cannot hold
SCHEDULE_LEAD = timedelta(minutes=1)  # contract #2
SCHEDULE_HORIZON = timedelta(days=366)
VALIDITY = {Message.Kind.NORMAL: 1440, Message.Kind.OTP: 6}  # minutes, the contract's glossary §1
LOCK_TIMEOUT, DEADLOCK, UNIQUE, CHECK = "55P03", "40P01", "23505", "23514"
DEADLOCK_TRIES = 3  # send-protocol §3.3


class BadBody(DomainError):
    code = "invalid-body"
    field = "body"


class BadRecipients(DomainError):
    code = "invalid-recipients"
    field = "recipients"


class NoRecipientsLeft(DomainError):
    """Every number is on the opt-out list."""

    code = "no-recipients"
    field = "recipients"

    def __init__(self) -> None:
        super().__init__("Gönderilecek alıcı kalmadı.")


class SenderNotApproved(DomainError):
    """Contract D38."""

    code = "sender-not-approved"
    field = "originator"

    def __init__(self) -> None:
        super().__init__("Gönderici adı onaylı değil.")


class BadSchedule(DomainError):
    code = "invalid-schedule"
    field = "scheduled_at"


class BadMeta(DomainError):
    code = "invalid-meta"
    field = "meta"


class BadIdempotencyKey(DomainError):
    code = "invalid-idempotency-key"


class KeyReused(DomainError):
    """The key came with another body."""

    code = "idempotency-key-reuse"

    def __init__(self) -> None:
        super().__init__("Bu Idempotency-Key farklı bir istekle daha önce kullanıldı.")


class KeyInProgress(Conflict):
    """The key's first request is still being stored."""

    code = "idempotency-in-progress"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("Bu Idempotency-Key ile gelen ilk istek henüz işleniyor.")


class GatewayClosed(DomainError):
    """The account is switched off."""

    code = "gateway-closed"
    field = "gateway"

    def __init__(self) -> None:
        super().__init__("Seçilen sağlayıcı kapalı.")


class CommercialOtp(DomainError):
    """A code may not carry advertising (decision 2025/1072 of the Board)."""

    code = "commercial-otp"
    field = "commercial"

    def __init__(self) -> None:
        super().__init__("Doğrulama mesajı ticari olamaz.")


class DuplicateCustomId(Conflict):
    code = "duplicate-custom-id"


@dataclass(frozen=True, slots=True)
class Order:
    """What a door asks for, in the door-independent form. `source` is one of Message.Source."""

    body: str
    recipients: Sequence[str]
    originator: str = ""  # empty: the tenant's default
    scheduled_at: datetime | None = None
    gateway: str = ""  # empty: the tenant's, then the platform's
    meta: dict[str, Any] | None = None
    kind: int = Message.Kind.NORMAL
    custom_id: str | None = None
    source: str = Message.Source.API
    commercial: bool = False  # waits for the hours in which it may go (messaging.hours)

    def digest(self) -> str:
        """Equal for equal requests; what an idempotency key is held against."""
        when = self.scheduled_at.isoformat() if self.scheduled_at else None
        fields = [self.body, list(self.recipients), self.originator, when, self.gateway, self.meta, self.kind]
        fields += [True] if self.commercial else []
        return hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The 202 of any door. Every field is immutable, so a replay says the same, byte for byte."""

    id: int
    uuid: UUID
    body: str
    originator: str
    parts: int
    encoding: str
    recipients: int
    skipped: int
    scheduled_at: datetime | None
    gateway: str
    created_at: datetime


def send_sms(*, by: Actor, order: Order, idempotency_key: str | None = None) -> Accepted:
    """Store the message and hold its credit; it is sent once this commits.

    Raises the refusals of this module, phones.InvalidNumber, accounts.UnknownGateway, ledger.InsufficientCredit and
    Forbidden. An `idempotency_key` that was accepted before answers as it did then, whatever has changed since.
    """
    access.require(by, "sms.send")
    key = _checked_key(idempotency_key)
    try:
        accepted = _accept(by, order, key)
    except DomainError:
        replay = key and _replay(by, order, key)
        if replay:
            return replay
        raise
    if accepted.scheduled_at is None:
        lane = _lane(order)
        transaction.on_commit(lambda: bell.ring(lane))
    return accepted


def road(tenant: Tenant, wanted: str = "") -> tuple[str, Capabilities]:
    """Which account carries it, and what that can do: the one asked for, else the tenant's, else the platform's.

    Raises UnknownGateway, GatewayClosed. An account that is merely down takes messages: they wait.
    """
    default = accounts.default()
    slug = wanted or tenant.gateway or (default.slug if default else "")
    account = accounts.of_firm(slug, tenant.pk)
    if account.state == GatewayAccount.State.DISABLED:
        raise GatewayClosed
    if not wanted:  # who names an account gets it; the others are shared out among equals
        account = routing.choose(account)
    return account.slug, registry.build(account).capabilities


def _accept(by: Actor, order: Order, key: str | None) -> Accepted:
    originator = checked_originator(order.originator or by.tenant.default_originator)
    numbers = _numbers(order.recipients)
    slug, able = road(by.tenant, order.gateway)
    size = _size(order, able)
    if order.commercial and order.kind == Message.Kind.OTP:
        raise CommercialOtp
    scheduled_at, closes_at = timing(order.scheduled_at, commercial=order.commercial)
    first_ids, chunks = _ranges(len(numbers), able.max_batch)
    uuid, *refs = _uuids(1 + chunks[-1] + 1)
    values = {
        "tenant": by.tenant.pk,
        "user": by.user_id,
        "token": by.token_id,
        "acting": by.acting,
        "ip": by.ip,
        "user_agent": by.user_agent[:255],
        "uuid": uuid,
        "custom_id": order.custom_id,
        "kind": int(order.kind),
        "source": str(order.source),
        "originator": originator,
        "body": order.body,
        "encoding": str(size.encoding),
        "parts": size.parts,
        "gateway": slug,
        "lane": int(_lane(order)),
        "meta": _checked_meta(order.meta),
        "scheduled_at": scheduled_at,
        "commercial": order.commercial,
        "closes": closes_at,
        "validity": VALIDITY[Message.Kind(order.kind)],
        "state": "scheduled" if scheduled_at else "queued",
        "ids": first_ids,
        "msisdns": numbers,
        "chunks": chunks,
        "refs": refs,
        "wanted": len(numbers),
        "key": key,
        "hash": order.digest() if key else None,
    }
    stored = _store(values)
    if stored is None:
        raise _reason(by, originator)
    return Accepted(
        id=stored.message_id,
        uuid=uuid,
        body=order.body,
        originator=originator,
        parts=size.parts,
        encoding=str(size.encoding),
        recipients=stored.recipients,
        skipped=len(numbers) - stored.recipients,
        scheduled_at=scheduled_at,
        gateway=slug,
        created_at=stored.created_at,
    )


def _store(values: dict[str, Any]) -> store.Stored | None:
    points.reach("accept.before")
    tries = 0
    while True:
        tries += 1
        try:
            stored = store.accept(values)
        except DatabaseError as error:
            if database.sqlstate(error) != DEADLOCK or tries == DEADLOCK_TRIES:
                raise refusal(error) or error from error
        else:
            points.reach("accept.committed")
            return stored


def refusal(error: DatabaseError) -> DomainError | None:
    """The word for what the database would not store; None for a bug."""
    state, context = database.sqlstate(error), database.context(error)
    if state == LOCK_TIMEOUT:
        return KeyInProgress() if "sms_idempotencykey" in context else Busy()
    if state == DEADLOCK or (state == CHECK and not database.constraint(error)):
        return Busy()  # no partition for the row: the clock makes them ahead, and a late one makes customers wait, not fail
    if state == UNIQUE and "message_custom_id_once" in str(error):
        return DuplicateCustomId("customID daha önce kullanıldı.", field="custom_id")
    return ledger.refusal(error)


def _reason(by: Actor, originator: str) -> DomainError:
    """Why `store.accept` wrote nothing. A used key ends here too: `send_sms` replays it before this is raised."""
    approved = SenderId.objects.of(by.tenant).filter(label=originator, state=SenderId.State.APPROVED).exists()
    return NoRecipientsLeft() if approved else SenderNotApproved()


def _replay(by: Actor, order: Order, key: str) -> Accepted | None:
    before = store.accepted_before(tenant_id=by.tenant.pk, key=key)
    if before is None:
        return None
    digest, message_id = before
    if digest != order.digest():
        raise KeyReused
    message = Message.objects.of(by.tenant).get(pk=message_id)
    fields = {name: getattr(message, name) for name in Accepted.__slots__}
    return Accepted(**fields)


def _numbers(recipients: Sequence[str]) -> list[int]:
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise BadRecipients(f"Alıcı sayısı 1 ile {MAX_RECIPIENTS} arasında olmalıdır.")
    numbers, invalid, _ = phones.normalise_many(recipients)
    if invalid:
        index, _raw = invalid[0]
        raise phones.InvalidNumber(f"{index + 1}. alıcının numarası geçersiz.", field=f"recipients.{index}")
    return numbers


def _size(order: Order, able: Capabilities) -> segments.Size:
    if not 1 <= len(order.body) <= MAX_BODY:
        raise BadBody(f"Mesaj 1 ile {MAX_BODY} karakter arasında olmalıdır.")
    if not texts.storable(order.body):
        raise BadBody("Mesaj geçersiz bir karakter içeriyor.")
    size = segments.count(order.body, able.profile)
    if size.parts > able.profile.max_parts:
        raise BadBody(
            f"Mesaj {size.parts} parça; seçilen sağlayıcı en çok {able.profile.max_parts} parça gönderir."
        )
    if order.kind == Message.Kind.OTP and size.parts > 1:
        raise BadBody("Doğrulama mesajı tek parçaya sığmalıdır.")  # compliance §9
    return size


def checked_originator(originator: str) -> str:
    """Raises SenderNotApproved for what can be none."""
    if not rules.LABEL.fullmatch(originator):
        raise SenderNotApproved
    return originator


def timing(scheduled_at: datetime | None, *, commercial: bool) -> tuple[datetime | None, datetime | None]:
    """(when it goes, None for at once; until when it may go, None for any time). Raises BadSchedule."""
    asked = checked_schedule(scheduled_at)
    if not commercial:
        return asked, None
    now = clock.now()
    opening = policy.fit(asked or now)
    return (opening.opens if asked or opening.opens > now else None), opening.closes


def checked_schedule(scheduled_at: datetime | None) -> datetime | None:
    if scheduled_at is None:
        return None
    lead = scheduled_at - clock.now()
    if not SCHEDULE_LEAD <= lead <= SCHEDULE_HORIZON:
        raise BadSchedule("Gönderim zamanı en az 1 dakika sonra ve en çok 1 yıl içinde olmalıdır.")
    return scheduled_at


def _checked_meta(meta: dict[str, Any] | None) -> str | None:
    if meta is None:
        return None
    packed = orjson.dumps(meta)
    if len(packed) > MAX_META or NUL.search(packed):
        raise BadMeta(f"meta en fazla {MAX_META} baytlık bir JSON nesnesi olabilir.")
    return packed.decode()


def _checked_key(key: str | None) -> str | None:
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise BadIdempotencyKey("Idempotency-Key 1-255 yazdırılabilir ASCII karakter olmalıdır.")
    return key


def _ranges(count: int, max_batch: int) -> tuple[list[int], list[int]]:
    """An id and a chunk number for each recipient; the ids of a chunk follow each other."""
    recipient_ids: list[int] = []
    chunks: list[int] = []
    for chunk, start in enumerate(range(0, count, max_batch)):
        size = min(max_batch, count - start)
        first = ids.recipients.take(size)
        recipient_ids.extend(range(first, first + size))
        chunks.extend([chunk] * size)
    return recipient_ids, chunks


def _uuids(count: int) -> list[UUID]:
    """Random ones. PostgreSQL would open the source of randomness for each."""
    random = os.urandom(16 * count)
    return [UUID(bytes=random[start : start + 16], version=4) for start in range(0, len(random), 16)]


def _lane(order: Order) -> Submission.Lane:
    return Submission.Lane.OTP if order.kind == Message.Kind.OTP else Submission.Lane.SMS
