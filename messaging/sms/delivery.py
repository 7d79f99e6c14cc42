"""Every word from a gateway about recipients ends here: pulled reports, pushed ones, late and repeated ones."""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from django.conf import settings

from gateways import circuit, health, registry
from gateways.base import (
    MAX_MSISDN,
    Operation,
    Question,
    Rate,
    Report,
    Status,
    storable,
    storable_id,
)
from messaging.sms import asking, dispatch, points
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
ASKERS = 32  # questions at the same time
AT_ONE_GATEWAY = 8  # of them; one at a time where the gateway limits its questions
TURN = 20.0  # seconds; then doubts have theirs
NO_ROAD = timedelta(minutes=1)  # until an account that cannot be spoken for is looked at again
LONGEST_WAIT = 300.0  # seconds between two questions about the same submission
OUR_REFERENCE = re.compile(r"[0-9a-f]{32}").fullmatch  # gateways echo other people's references too
DOUBTED = {Submission.State.READY, Submission.State.SUBMITTING, Submission.State.UNKNOWN}


class Placed(NamedTuple):
    """What became of some reports. `strangers` are the positions of those that name no submission of ours, yet."""

    ended: int
    strangers: list[int]


def apply(*, gateway: str, reports: Sequence[Report]) -> int:
    """Write a gateway's reports; how many recipients came to their end.

    Reports that name nothing of this gateway, or nothing new, change nothing.
    """
    return place(gateway=gateway, reports=reports).ended


@database.transactional
def place(*, gateway: str, reports: Sequence[Report]) -> Placed:
    """Write a gateway's reports, and say which of them meet nothing of ours.

    A report about a submission that we were not sure of proves that it was accepted: it is handed over and charged first.
    """
    final = [
        (n, report)
        for n, report in enumerate(reports)
        if report.status in ENDS and 0 < report.msisdn <= MAX_MSISDN
    ]
    by_submission, strangers = _grouped(gateway, final)
    _hand_over_doubted(by_submission)
    words = {
        word.id: word for submission, found in by_submission for word in _resolve(submission, found)
    }  # a repeated report within one batch: the last word counts once
    return Placed(_told(gateway, words) if words else 0, strangers)


def _told(gateway: str, words: Mapping[int, store.Told]) -> int:
    ended = store.tell([words[row_id] for row_id in sorted(words)], slow=health.SLOW)
    health.tally.reported(
        gateway, delivered=ended.delivered, undelivered=ended.count - ended.delivered, slow=ended.slow
    )
    if ended.count == len(words):
        return ended.count
    late = [word for word in words.values() if word.state == State.DELIVERED]
    return ended.count + (store.tell_late(late) if late else 0)


Groups = list[tuple[store.Named, list[Report]]]


def _grouped(gateway: str, numbered: Sequence[tuple[int, Report]]) -> tuple[Groups, list[int]]:
    """Reports by the submission that they name: by the gateway's id, or by our reference while we do not know that id.

    And the numbers of those that name none.
    """
    reports = [report for _, report in numbered]
    found = store.named(
        gateway=gateway,
        provider_ids=list({name for report in reports if (name := storable_id(report.provider_id))}),
        client_refs=list({report.client_ref for report in reports if OUR_REFERENCE(report.client_ref)}),
    )
    by_id = {submission.provider_id: submission for submission in found if submission.provider_id}
    by_ref = {submission.client_ref: submission for submission in found}
    grouped: dict[int, tuple[store.Named, list[Report]]] = {}
    strangers = []
    for n, report in numbered:
        submission = by_id.get(report.provider_id) or by_ref.get(report.client_ref)
        if submission is None:
            strangers.append(n)
        else:
            grouped.setdefault(submission.id, (submission, []))[1].append(report)
    return list(grouped.values()), strangers


def _hand_over_doubted(named: Groups) -> None:
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
            report.network,
        )
        for report in reports
        if report.msisdn in rows
    ]


def pull() -> int:
    """Ask every gateway for the reports that are due, several at the same time. How many recipients came to their end.

    A gateway that always has more to tell is asked on in the next turn: doubts have theirs in between.
    """
    ended, until = 0, time.monotonic() + TURN
    under_way: dict[Future[asking.Reply[list[Report]]], str] = {}
    with ThreadPoolExecutor(ASKERS, thread_name_prefix="reports") as pool:
        for slug in store.gateways_with_questions():
            for _ in range(AT_ONE_GATEWAY):
                begun = _asked(pool, slug, busy=slug in under_way.values())
                under_way |= begun
                if not begun:
                    break
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                slug = under_way.pop(future)
                reports = asking.heed(slug, future.result())
                if reports is not None:
                    points.reach("report.fetched")
                    ended += apply(gateway=slug, reports=reports)
                    points.reach("report.committed")
                if reports is not None and time.monotonic() < until:
                    under_way |= _asked(pool, slug, busy=slug in under_way.values())
    health.tally.write()
    return ended


def _asked(
    pool: ThreadPoolExecutor, slug: str, *, busy: bool
) -> dict[Future[asking.Reply[list[Report]]], str]:
    """The next question to this gateway, under way; none when nothing is due or it may not be asked now.

    One that was switched off takes nothing more, and still knows what became of what it took.
    """
    if dispatch.stopping.is_set() or circuit.state(slug).asks_in:
        return {}
    try:
        gateway = registry.get(slug)
    except registry.UnknownGateway:
        return {}  # removed: what it took ends in its time
    except registry.UNUSABLE as error:
        logger.error("reports.no_road", extra={"ids": {"gateway": slug, "error": type(error).__name__}})  # noqa: TRY400
        circuit.put_off(slug, NO_ROAD)
        return {}
    able = gateway.capabilities
    if busy and (able.concurrency or Operation.REPORT in able.rates):
        return {}  # one question at a time
    asked = store.questions(
        gateway=slug,
        limit=able.report_batch,
        shortest=_interval(able.rates.get(Operation.REPORT)),
        longest=LONGEST_WAIT,
    )
    if not asked or not able.reports.pulled:
        return {}  # those of a gateway that cannot be asked are put off, and end in their time
    return {pool.submit(asking.ask, partial(gateway.fetch_reports, _questions(asked))): slug}


def _interval(rate: Rate | None) -> float:
    """Seconds before the second question: ours, or what the gateway's limit leaves room for."""
    return max(settings.REPORT_INTERVAL, rate.seconds / rate.count) if rate else settings.REPORT_INTERVAL


def _questions(asked: Sequence[store.Asked]) -> list[Question]:
    numbers = store.open_numbers(asked)
    return [
        Question(each.client_ref, each.provider_id, each.attempted_at, each.asked_at, numbers[each.id])
        for each in asked
    ]
