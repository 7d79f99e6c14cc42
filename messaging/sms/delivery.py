"""Every word from a gateway about recipients ends here: pulled reports, pushed ones, late and repeated ones."""

import logging
import re
from collections.abc import Sequence

from django.conf import settings

from gateways import accounts, registry
from gateways.base import (
    MAX_MSISDN,
    GatewayDown,
    Operation,
    Question,
    Rate,
    Report,
    Status,
    storable,
    storable_id,
)
from messaging.sms import points
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record
from messaging.sms.store import report as store
from smsmerkezi import database

logger = logging.getLogger(__name__)

State = Recipient.State
ENDS = {
    Status.DELIVERED: State.DELIVERED,
    Status.UNDELIVERED: State.UNDELIVERED,
    Status.EXPIRED: State.EXPIRED,
    Status.REJECTED: State.REJECTED,
}
LONGEST_WAIT = 300.0  # seconds between two questions about the same submission
OUR_REFERENCE = re.compile(r"[0-9a-f]{32}").fullmatch  # gateways echo other people's references too
DOUBTED = {Submission.State.READY, Submission.State.SUBMITTING, Submission.State.UNKNOWN}


@database.transactional
def apply(*, gateway: str, reports: Sequence[Report]) -> int:
    """Write a gateway's reports; how many recipients came to their end.

    A report about a submission that we were not sure of proves that it was accepted: it is handed over and charged first.
    Reports that name nothing of this gateway, or nothing new, change nothing.
    """
    final = [report for report in reports if report.status in ENDS and 0 < report.msisdn <= MAX_MSISDN]
    by_submission = _grouped(gateway, final)
    _hand_over_doubted(by_submission)
    words = {
        word.id: word for submission, found in by_submission for word in _resolve(submission, found)
    }  # a repeated report within one batch: the last word counts once
    if not words:
        return 0
    ended = store.tell([words[row_id] for row_id in sorted(words)])
    if ended < len(words):
        late = [word for word in words.values() if word.state == State.DELIVERED]
        ended += store.tell_late(late) if late else 0
    return ended


def _grouped(gateway: str, reports: Sequence[Report]) -> list[tuple[store.Named, list[Report]]]:
    """Reports by the submission that they name: by the gateway's id, or by our reference while we do not know that id."""
    found = store.named(
        gateway=gateway,
        provider_ids=list({name for report in reports if (name := storable_id(report.provider_id))}),
        client_refs=list({report.client_ref for report in reports if OUR_REFERENCE(report.client_ref)}),
    )
    by_id = {submission.provider_id: submission for submission in found if submission.provider_id}
    by_ref = {submission.client_ref: submission for submission in found}
    grouped: dict[int, tuple[store.Named, list[Report]]] = {}
    for report in reports:
        submission = by_id.get(report.provider_id) or by_ref.get(report.client_ref)
        if submission is not None:
            grouped.setdefault(submission.id, (submission, []))[1].append(report)
    return list(grouped.values())


def _hand_over_doubted(named: Sequence[tuple[store.Named, list[Report]]]) -> None:
    doubted = [(submission, words) for submission, words in named if submission.state in DOUBTED]
    if doubted:
        record.hand_over(
            ids=[submission.id for submission, _ in doubted],
            provider_ids=[
                submission.provider_id or storable_id(words[0].provider_id) for submission, words in doubted
            ],
            first_check=settings.REPORT_INTERVAL,
        )


def _resolve(submission: store.Named, reports: Sequence[Report]) -> list[store.Told]:
    """The rows that the reports mean. A submission of one recipient needs no query."""
    if submission.count == 1:
        rows = {report.msisdn: submission.first for report in reports}
    else:
        rows = store.numbers(submission, [report.msisdn for report in reports])
    return [
        store.Told(
            rows[report.msisdn],
            report.msisdn,
            submission.id,
            submission.message_id,
            int(ENDS[report.status]),
            storable(report.error_code) or None,
            report.at,
        )
        for report in reports
        if report.msisdn in rows
    ]


def pull() -> int:
    """Ask every gateway for the reports that are due. How many recipients came to their end."""
    return sum(_pull_from(slug) for slug in store.gateways_with_questions() if accounts.usable(slug))


def _pull_from(slug: str) -> int:
    gateway, ended = registry.get(slug), 0
    able = gateway.capabilities
    while asked := store.questions(
        gateway=slug,
        limit=able.report_batch,
        shortest=_interval(able.rates.get(Operation.REPORT)),
        longest=LONGEST_WAIT,
    ):
        if not able.reports.pulled:
            continue  # the questions are put off and the submissions expire in their time
        try:
            reports = gateway.fetch_reports(_questions(asked))
        except GatewayDown as error:
            logger.warning("reports.unavailable", extra={"ids": {"gateway": slug, "reason": str(error)}})
            return ended
        points.reach("report.fetched")
        ended += apply(gateway=slug, reports=reports)
        points.reach("report.committed")
    return ended


def _interval(rate: Rate | None) -> float:
    """Seconds before the second question: ours, or what the gateway's limit leaves room for."""
    return max(settings.REPORT_INTERVAL, rate.seconds / rate.count) if rate else settings.REPORT_INTERVAL


def _questions(asked: Sequence[store.Asked]) -> list[Question]:
    numbers = store.open_numbers(asked)
    return [
        Question(each.client_ref, each.provider_id, each.attempted_at, numbers[each.id]) for each in asked
    ]
