"""What a gateway answered, written down: states, credit, counters and the attempt, in one transaction."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from gateways.base import (
    DUPLICATE,
    MAX_MSISDN,
    REPEATED,
    Accepted,
    NotSent,
    Outcome,
    Refused,
    Scope,
    Unknown,
    storable,
    storable_id,
)
from messaging.sms import persistence, points
from messaging.sms.models import Recipient, Submission
from messaging.sms.persistence import Word
from messaging.sms.store import record, route
from messaging.sms.store.claim import Claimed
from smsmerkezi import database

logger = logging.getLogger(__name__)

FIRST_CHECK = 1.0  # seconds until the first question for a delivery report
MAX_DELAY = 60.0  # seconds; a submission that cannot be handed over is tried again at least this often
REASON = 120  # characters that an attempt keeps of why


def record_all(words: Sequence[Word]) -> None:
    """Write the outcomes, however long the database keeps us waiting. One that cannot be stored spoils no other."""
    persistence.write(words, _record)
    points.reach("record.committed")


@transaction.atomic
def _record(answers: Sequence[Word]) -> None:
    words = _judged(answers)
    _accepted([(claim.id, outcome) for claim, outcome in words if isinstance(outcome, Accepted)])
    _refused([(claim, outcome) for claim, outcome in words if isinstance(outcome, Refused)])
    _not_sent([(claim, outcome) for claim, outcome in words if isinstance(outcome, NotSent)])
    _unknown([(claim, outcome) for claim, outcome in words if isinstance(outcome, Unknown)])
    record.close_attempts(
        ids=[claim.id for claim, _ in words],
        fences=[claim.fence for claim, _ in words],
        outcomes=[type(outcome).__name__ for _, outcome in words],
        reasons=[storable(_reason(outcome), REASON) for _, outcome in words],
    )
    points.reach("record.before_commit")


def _judged(words: Sequence[Word]) -> Sequence[Word]:
    """What an answer to a later attempt says about the earlier ones, and one about a single recipient about the others."""
    return _others_spared(_still_in_doubt(_arrived_before(words)))


def _arrived_before(words: Sequence[Word]) -> Sequence[Word]:
    """ "You have sent this already", said to a later attempt, proves that an earlier one arrived (send-protocol §3.4).

    Where it is said of a text it may be about any of the recipients and any message: a reason to ask, no proof.
    """
    told = [claim for claim, outcome in words if claim.fence > 1 and _names_a_repeat(outcome)]
    if not told:
        return words
    doubted = record.doubted_before(ids=[claim.id for claim in told], fences=[claim.fence for claim in told])
    return [(claim, _as_evidence(outcome) if claim.id in doubted else outcome) for claim, outcome in words]


def _still_in_doubt(words: Sequence[Word]) -> Sequence[Word]:
    """A refusal of a repeat, sent while the first was in doubt, says nothing of the first: it may have arrived."""
    return [
        (claim, Unknown(f"refused in doubt: {outcome.code}"))
        if claim.doubted and isinstance(outcome, Refused)
        else (claim, outcome)
        for claim, outcome in words
    ]


def _others_spared(words: Sequence[Word]) -> Sequence[Word]:
    """One recipient had the text before and all are refused for it: in halves, until it stands alone."""
    return [
        (claim, NotSent(REPEATED, too_big=True))
        if claim.count > 1 and isinstance(outcome, Refused) and outcome.code == REPEATED
        else (claim, outcome)
        for claim, outcome in words
    ]


def _names_a_repeat(outcome: Outcome) -> bool:
    if isinstance(outcome, Accepted):
        return any(each.code == DUPLICATE for each in outcome.refused)
    return isinstance(outcome, Refused) and outcome.code in {DUPLICATE, REPEATED}


def _as_evidence(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Accepted):
        refused = tuple(each for each in outcome.refused if each.code != DUPLICATE)
        return Accepted(outcome.provider_id, refused)
    repeated = isinstance(outcome, Refused) and outcome.code == REPEATED
    return Unknown("the text was sent before, perhaps by us") if repeated else Accepted("")


def _reason(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refused) else getattr(outcome, "reason", "")


def put_in_doubt(claims: Sequence[Claimed], why: str) -> None:
    """Back to where they were before the claim: this attempt sent nothing. Call in the claim's transaction."""
    ids, fences = [claim.id for claim in claims], [claim.fence for claim in claims]
    record.doubt(ids=ids, fences=fences)
    record.close_attempts(ids=ids, fences=fences, outcomes=["NotSent"] * len(ids), reasons=[why] * len(ids))


def end_unsent(claims: Sequence[Claimed], code: str) -> None:
    """Claimed, and stopped before anything left: cancelled, the credit released. Call in the claim's transaction."""
    ids, fences = [claim.id for claim in claims], [claim.fence for claim in claims]
    record.end(
        ids=ids,
        fences=fences,
        codes=[code] * len(ids),
        states=[Submission.State.SUBMITTING],
        to=Submission.State.CANCELLED,
        recipients=Recipient.State.CANCELLED,
    )
    record.close_attempts(ids=ids, fences=fences, outcomes=["NotSent"] * len(ids), reasons=[code] * len(ids))


@database.transactional
def hand_over_found(submission: int, acceptance: Accepted) -> int:
    """A submission in doubt turned out to be accepted; how many recipients that charges."""
    return _accepted([(submission, acceptance)])


def _accepted(words: Sequence[tuple[int, Accepted]]) -> int:
    refused = [
        (submission, each)
        for submission, outcome in words
        for each in outcome.refused
        if 0 < each.msisdn <= MAX_MSISDN
    ]
    if refused:
        record.leave(
            submissions=[submission for submission, _ in refused],
            msisdns=[each.msisdn for _, each in refused],
            codes=[storable(each.code) for _, each in refused],
            recipients=Recipient.State.REJECTED,
        )
    if not words:
        return 0
    return record.hand_over(
        ids=[submission for submission, _ in words],
        provider_ids=[storable_id(outcome.provider_id) for _, outcome in words],
        first_check=min(FIRST_CHECK, settings.REPORT_INTERVAL),
    )


def _refused(words: Sequence[tuple[Claimed, Refused]]) -> None:
    if words:
        record.end(
            ids=[claim.id for claim, _ in words],
            fences=[claim.fence for claim, _ in words],
            codes=[storable(outcome.code) for _, outcome in words],
            states=[Submission.State.SUBMITTING],
            to=Submission.State.REFUSED,
            recipients=Recipient.State.REJECTED,
        )


def _not_sent(words: Sequence[tuple[Claimed, NotSent]]) -> None:
    if words:
        back = record.put_back(
            ids=[claim.id for claim, _ in words],
            fences=[claim.fence for claim, _ in words],
            delays=[_delay(claim, outcome) for claim, outcome in words],
        )
        for claim, outcome in words:
            if _divisible(claim, outcome) and claim.id in back:
                route.split(submission=claim.id, at_most=(claim.count + 1) // 2)
        logger.warning(
            "dispatch.not_sent", extra={"ids": {"submissions": len(words), "reason": words[0][1].reason}}
        )


def _delay(claim: Claimed, outcome: NotSent) -> float:
    """What the gateway asks for, doubled with each try. A road that rests holds all of its messages itself, in their order."""
    if outcome.scope in {Scope.ROAD, Scope.ACCOUNT} or _divisible(claim, outcome):
        return 0.0
    doublings = min(claim.checks, 10)
    return float(min(MAX_DELAY, outcome.retry_after.total_seconds() * 2**doublings))


def _divisible(claim: Claimed, outcome: NotSent) -> bool:
    """Too much at once for this gateway, and more than one recipient is left: in halves, at once. A repeat stays whole."""
    return outcome.too_big and claim.count > 1 and not claim.doubted


def _unknown(words: Sequence[tuple[Claimed, Unknown]]) -> None:
    if words:
        record.doubt(ids=[claim.id for claim, _ in words], fences=[claim.fence for claim, _ in words])
        logger.warning(
            "dispatch.unknown", extra={"ids": {"submissions": len(words), "reason": words[0][1].reason}}
        )
