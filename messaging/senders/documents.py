"""The paper behind a name: what is taken (security §5.3), where it is kept, who gets to see it.

Files are looked into by a child process (`inspection`) and kept in the vault under the firm, for as long as the
application lives.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from messaging.files import vault
from messaging.files.models import StoredFile
from messaging.senders.models import SenderId
from smsmerkezi.core.errors import Busy, DomainError, NotFound
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

logger = logging.getLogger(__name__)

LIMIT = 5 * 1024**2  # bytes (contract A9)
REDRAWN = 2 * LIMIT  # a picture may grow when it is drawn anew
MOST, MOST_BYTES = 50, 100 * 1024**2  # documents of one firm
KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
ENDINGS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}
PAGES = 50  # as `inspection` has it
PURPOSE = "sender-document"
INSPECTION = Path(__file__).with_name("inspection.py")  # run, never imported: this process needs no parsers
PATIENCE = 30.0  # seconds for one document
AT_ONCE = threading.BoundedSemaphore(
    2
)  # a picture of 50 megapixels takes some hundred megabytes while it is open


class BadDocument(DomainError):
    code = "document-broken"
    field = "document"
    sentence = "Belge açılamadı: dosya bozuk ya da yarım."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class Missing(BadDocument):
    code, sentence = "document-missing", "Belge zorunludur; PDF, JPG ya da PNG yükleyin."


class WrongType(BadDocument):
    code, sentence = "document-type", "Belge PDF, JPG ya da PNG olmalı; dosyanın adı ile içeriği uyuşmalıdır."


class Encrypted(BadDocument):
    code, sentence = "document-encrypted", "Belge parolalı. Parolasız bir kopyasını yükleyin."


class Active(BadDocument):
    code = "document-active"
    sentence = (
        "Belgede betik, eylem ya da ekli dosya var. Yazdırıp PDF olarak kaydettiğiniz bir kopyasını yükleyin."
    )


class TooManyPixels(BadDocument):
    code, sentence = "document-pixels", "Görsel en çok 50 megapiksel olabilir."


class TooManyPages(BadDocument):
    code, sentence = "document-pages", f"PDF 1 ile {PAGES} sayfa arasında olmalıdır."


class TooLarge(vault.TooLarge):
    field = "document"

    def __init__(self) -> None:
        super().__init__(LIMIT)
        self.field = "document"


class Full(DomainError):
    code = "too-many-documents"
    field = "document"

    def __init__(self) -> None:
        super().__init__("Belgeler için yeriniz doldu. Reddedilen başvurularınızı silip yeniden deneyin.")


REFUSALS: dict[str, type[BadDocument]] = {
    each.code: each for each in (BadDocument, WrongType, Encrypted, Active, TooManyPixels, TooManyPages)
}


class Upload(NamedTuple):
    """As it came: `name` and `chunks` are the sender's word."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Document:
    """Looked into and cleaned. `kind` is a key of KINDS, and the ending of `name`."""

    name: str
    kind: str
    data: bytes


def checked(upload: Upload | None) -> Document:
    """What may be kept of an upload. Takes up to some seconds: not in a transaction. Raises BadDocument, TooLarge, Busy."""
    if upload is None:
        raise Missing
    stem, _, ending = upload.name.rpartition(".")
    kind = ENDINGS.get(ending.lower())
    if kind is None:
        raise WrongType
    data = _read(upload.chunks)
    if not data:
        raise Missing
    return Document(f"{stem}.{kind}", kind, _inspected(data, kind))


def _read(chunks: Iterable[bytes]) -> bytes:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > LIMIT:
            raise TooLarge
    return bytes(held)


def _inspected(data: bytes, kind: str) -> bytes:
    if not AT_ONCE.acquire(timeout=PATIENCE / 2):
        raise Busy
    try:
        told, _, kept = _child(data, kind).partition(b"\n")
    finally:
        AT_ONCE.release()
    if told != b"kept":
        raise REFUSALS[told.decode()]
    return kept


def _child(data: bytes, kind: str) -> bytes:
    """What the child says. Where it was killed or crashed the file is to blame, and the log knows."""
    command = [sys.executable, "-I", str(INSPECTION), kind]
    try:
        ran = subprocess.run(  # noqa: S603 - our own file
            command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=True
        )
    except subprocess.SubprocessError as error:
        how = getattr(error, "returncode", "timeout")
        logger.warning("senders.inspection_died", extra={"ids": {"how": how, "bytes": len(data)}})
        return BadDocument.code.encode()
    return ran.stdout


def keep(firm: Tenant, document: Document) -> StoredFile:
    """Store it. Call in a transaction that holds the firm's row. Raises Full."""
    kept = StoredFile.objects.of(firm).filter(purpose=PURPOSE)
    used = kept.aggregate(count=Count("pk"), bytes=Coalesce(Sum("size"), 0))
    if used["count"] >= MOST or used["bytes"] + len(document.data) > MOST_BYTES:
        raise Full
    return vault.keep(tenant=firm, chunks=[document.data], name=document.name, purpose=PURPOSE, limit=REDRAWN)


class Opened(NamedTuple):
    """A document to hand out."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def fetch(*, by: Actor, sender_id: int, preview: bool = False) -> Opened:
    """The document of an application, for the firm's administrators and for reviewers; the trail knows who looked.

    Raises Forbidden, NotFound.
    """
    reviewer = access.can(by, "senders.decide")
    access.require(by, "senders.decide" if reviewer else "senders.apply")
    rows = SenderId.objects.all() if reviewer else SenderId.objects.of(by.tenant)
    sender = rows.select_related("document", "tenant").filter(pk=sender_id).first()
    if sender is None or sender.document is None:
        raise NotFound("Belge bulunamadı.")
    audit.record(
        by=by,
        action="sender_id.document_downloaded",
        entity=sender,
        tenant=sender.tenant,
        meta={"preview": preview},
    )
    kind = sender.document.name.rpartition(".")[2]
    return Opened(sender.document.name, KINDS[kind], b"".join(vault.chunks(sender.document)))
