"""What a reviewer has before them while deciding: the document, what to look at, who else goes by that name, what is next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from messaging.senders import listing, rules
from messaging.senders.models import SenderId
from smsmerkezi.templatetags import ui

State = SenderId.State
DONE = {State.APPROVED: "onayladı", State.REJECTED: "reddetti", State.BANNED: "askıya aldı"}
QUESTIONS = (
    "Belgedeki unvan ya da marka bu başlıkla eşleşiyor mu?",
    "Belge imzalı, kaşeli ve güncel mi?",
    "Marka başkasınınsa sahibinin izni belgede var mı?",
)


EXPECTED = {
    "company": "imzalı ve kaşeli ticaret sicil gazetesi ya da faaliyet belgesi olmalı.",
    "brand": "marka tescil belgesi, marka başkasınınsa sahibinin yazılı izni olmalı.",
    "dealer": "ana firmanın izin yazısı, bitiş tarihiyle olmalı.",
    "person": "kimlik belgesi, unvan için onu gösteren belge olmalı.",
    "public": "resmî yazı ya da kuruluş belgesi olmalı.",
}


class Check(NamedTuple):
    """A line of the checklist; `kind` is met, lacking or asked."""

    kind: str
    icon: str
    text: str


def context(row: SenderId) -> dict[str, Any]:
    """For admin/sender.html."""
    return {
        "sender": row,
        "checks": list(checks(row)),
        "cautions": list(rules.cautions(row)),
        "preview_url": _url("preview", row) if row.document else "",
        "document_url": _url("document", row),
        "next_url": _url("change", listing.after(row)),
        "prev_url": _url("change", listing.before(row)),
        "left": listing.waiting().count(),
    }


def checks(row: SenderId) -> Iterator[Check]:
    """What the machine has looked at, then what only a person can."""
    yield _found(row.document is not None, "Belge yüklenmiş.", "Belge yok.")
    if not row.applicant:
        yield Check("lacking", "uyari", "Başlığın kimin adı olduğu söylenmemiş.")
    else:
        yield Check("asked", "soru", f"{row.get_applicant_display()}: {EXPECTED[row.applicant]}")
    yield _found(_keeps_rules(row.label), "Başlık kurallara uyuyor.", "Başlık bugünkü kurallara uymuyor.")
    applicant = row.submitted_by
    verified = applicant is not None and applicant.email_verified_at is not None
    yield _found(verified, "Başvuranın e-postası doğrulanmış.", "Başvuranın e-postası doğrulanmamış.")
    yield from (Check("asked", "soru", question) for question in QUESTIONS)


def standing(row: SenderId, now: datetime) -> str:
    """Who was faster, and when."""
    if row.decided_by is None or row.decided_at is None:
        return f"Bu başlık şu durumda: {row.get_state_display()}."
    return f"{row.decided_by} {ui.span(now - row.decided_at)} önce {DONE[State(row.state)]}."


def _found(good: bool, yes: str, no: str) -> Check:
    return Check("met", "basarili", yes) if good else Check("lacking", "uyari", no)


def _keeps_rules(label: str) -> bool:
    try:
        rules.check(label)
    except rules.BadLabel:
        return False
    return True


def _url(page: str, row: SenderId | None) -> str:
    return reverse(f"admin:senders_senderid_{page}", args=[row.pk]) if row else ""
