"""One message, ready to be shown: its story, its recipients, and how soon to look again."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import Q
from django.http import HttpRequest

from gateways import accounts, segments
from gateways.registry import UnknownGateway
from messaging.sms import panel_words, reading, timeline
from messaging.sms.models import Message, Submission
from smsmerkezi.core import clock
from tenants import access
from tenants.models import User

PER_PAGE = 50
REVEALED_FOR = 600  # seconds in which one audited look may be repeated by polling
PACE = ((timedelta(seconds=30), "1s"), (timedelta(minutes=10), "3s"))  # age of the message, how often
SLOW = "10s"
SALT = "panel.numbers"


class Story:
    """`seen` is the signed proof of an audited look at the whole numbers, carried by the polling address."""

    def __init__(self, request: HttpRequest, message_id: str) -> None:
        self.viewer: User = request.user
        self.message: Message = reading.message(request.user.firm, message_id)
        self.after = _row_id(request.GET.get("alici", ""))
        self.seen = request.GET.get("gorme", "")
        self.whole = self._fits(self.seen)

    def reveal(self) -> None:
        self.seen = signing.dumps([self.message.pk, self.viewer.pk], salt=SALT)
        self.whole = True

    def _fits(self, seen: str) -> bool:
        try:
            return signing.loads(seen, salt=SALT, max_age=REVEALED_FOR) == [self.message.pk, self.viewer.pk]
        except signing.BadSignature:
            return False

    @cached_property
    def status(self) -> str:
        return panel_words.status_of(self.message)

    @property
    def word(self) -> panel_words.Word:
        return panel_words.STATUSES[self.status]

    @property
    def final(self) -> bool:
        return self.status in panel_words.FINAL

    @property
    def pace(self) -> str:
        """How soon to ask again; a message that is far from its time changes slowly."""
        age = clock.now() - (self.message.scheduled_at or self.message.created_at)
        return next((pace for limit, pace in PACE if timedelta(0) <= age <= limit), SLOW)

    @property
    def may_cancel(self) -> bool:
        return self.status == "scheduled" and access.can(self.viewer, "sms.cancel")

    @property
    def may_reveal(self) -> bool:
        return not self.whole and access.can(self.viewer, "sms.numbers")

    @cached_property
    def submissions(self) -> list[Submission]:
        return list(self.message.submissions.order_by("pk"))

    @cached_property
    def lines(self) -> list[reading.Line]:
        return reading.recipients(self.message, after=self.after, limit=PER_PAGE + 1)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "word": panel_words.STATUSES[line.status],
                "meaning": panel_words.meaning(line.error_code, line.status),
                "network": panel_words.NETWORKS.get(line.network, ""),
                "took": line.finished_at - line.sent_at if line.finished_at and line.sent_at else None,
            }
            for line in self.lines[:PER_PAGE]
        ]

    @property
    def next_after(self) -> int | None:
        return self.lines[PER_PAGE - 1].id if len(self.lines) > PER_PAGE else None

    @cached_property
    def steps(self) -> list[tuple[timeline.Step, panel_words.Word]]:
        first = reading.recipients(self.message, limit=timeline.ONE_BY_ONE + 1)
        told = timeline.steps(self.message, self.submissions, first)
        return [(step, panel_words.STEPS.get(step.kind) or panel_words.STATUSES[step.kind]) for step in told]

    @property
    def pieces(self) -> list[str]:
        return segments.split(self.message.body, self._profile())

    def _profile(self) -> segments.SegmentProfile:
        try:
            return accounts.profile_of(self.message.gateway)
        except UnknownGateway:
            return segments.DEFAULT_PROFILE

    @property
    def encoding(self) -> Any:
        return panel_words.ENCODINGS[self.message.encoding]

    @property
    def source(self) -> Any:
        return panel_words.SOURCES[self.message.source]

    @cached_property
    def sender(self) -> User | None:
        """Who sent it: one of the firm's people, or platform staff for them."""
        theirs = Q(tenant=self.message.tenant_id) | Q(role=User.Role.SUPER_ADMIN)
        return User.objects.filter(theirs, pk=self.message.user_id).first()


def _row_id(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else 0
