"""Sender IDs in people's words."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.senders.models import SenderId

State = SenderId.State


class Word(NamedTuple):
    label: str | Promise
    icon: str
    tone: str


STATES: dict[str, Word] = {
    State.PENDING: Word(_("İncelemede"), "bekliyor", "wait"),
    State.APPROVED: Word(_("Onaylı"), "basarili", "ok"),
    State.REJECTED: Word(_("Reddedildi"), "kapat", "bad"),
    State.BANNED: Word(_("Askıda"), "aski", "warn"),
}
STEPS: dict[str, Word] = {
    "applied": Word(_("Başvuruldu"), "gonder", "info"),
    "waiting": Word(_("İnceleniyor; genellikle 1-2 iş günü sürer"), "bekliyor", "wait"),
    State.APPROVED: Word(_("Onaylandı"), "basarili", "ok"),
    State.REJECTED: Word(_("Reddedildi"), "kapat", "bad"),
    State.BANNED: Word(_("Askıya alındı"), "aski", "warn"),
}
APPLICANTS: dict[str, Promise] = {
    "company": _("Şirket unvanı"),
    "brand": _("Marka"),
    "dealer": _("Bayi"),
    "person": _("Kişi adı"),
    "public": _("Kamu kurumu, dernek, vakıf"),
}
# Who proves what with which paper (BTK's rules on calling line information, as operators ask for it).
PAPERS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (APPLICANTS["company"], _("ticaret sicil gazetesi ya da faaliyet belgesi, imzalı ve kaşeli")),
    (APPLICANTS["brand"], _("marka tescil belgesi; marka başkasınınsa sahibinin yazılı izni")),
    (APPLICANTS["dealer"], _("ana firmanın izin yazısı")),
    (APPLICANTS["person"], _("kimlik belgesi; unvan için onu gösteren belge")),
    (APPLICANTS["public"], _("resmî yazı ya da kuruluş belgesi")),
)
