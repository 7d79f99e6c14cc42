"""What becomes of accepted messages, without a gateway: handed over and reported as a gateway's answers would."""

from gateways.base import Accepted, Refused, Report, Status
from messaging.sms import delivery, dispatch
from messaging.sms.models import Message, Submission
from tests import factories


def hand_over(answer: Accepted | Refused | None = None) -> None:
    """Everything that is due crosses the wire; by default each submission is accepted."""
    errands = dispatch.take(Submission.Lane.SMS, limit=50)
    answers = [dispatch.Answer(errand, answer or Accepted(errand.parcel.client_ref)) for errand in errands]
    dispatch.settle(answers)


def report(message: Message, *fates: Status) -> None:
    """The reports of the message's recipients, in their order; the last fate is everybody else's."""
    numbers = [row.msisdn for row in factories.recipients(message)]
    padded = [*fates, *[fates[-1]] * (len(numbers) - len(fates))]
    ids = message.submissions.values_list("provider_id", flat=True)
    reports = [
        Report(fate, number, each) for each in ids for fate, number in zip(padded, numbers, strict=True)
    ]
    delivery.apply(gateway=message.gateway, reports=reports)


def ended(firm, *fates: Status) -> Message:
    """A message of one recipient per fate, to its end."""
    message = factories.sent(firm, *(factories.number(n) for n, _ in enumerate(fates)))
    hand_over()
    report(message, *fates)
    message.refresh_from_db()
    return message
