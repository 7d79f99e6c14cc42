"""What staff decide about a submission in doubt, with what follows from it said before."""

from typing import Any

from messaging.sms import doubts
from messaging.sms.models import Submission
from smsmerkezi.backoffice.forms import ReasonForm
from smsmerkezi.backoffice.verbs import Verb
from smsmerkezi.templatetags import ui

State = Submission.State
BACK = " Kredisi geri verilmişti; bakiye yetmezse işlem reddedilir."


def was_sent(by: Any, row: Submission, data: dict[str, Any]) -> str:
    return f"{doubts.was_sent(by=by, submission_id=row.pk, **data)} alıcı gönderildi sayıldı."


def was_not_sent(by: Any, row: Submission, data: dict[str, Any]) -> str:
    count = doubts.was_not_sent(by=by, submission_id=row.pk, **data)
    return f"{count} alıcı gönderilmedi sayıldı; kredileri geri verildi."


def send_again(by: Any, row: Submission, data: dict[str, Any]) -> str:
    doubts.send_again(by=by, submission_id=row.pk, **data)
    return "Paket yeniden gönderim kuyruğunda."


def stake_of(row: Submission) -> doubts.Stake:
    """Asked once for a page."""
    if not hasattr(row, "stake"):
        row.stake = doubts.at_stake(row.pk)
    return row.stake


def _stake(row: Submission) -> tuple[str, str, str]:
    """Recipients, credits, and what is special about a submission that was given up."""
    stake = stake_of(row)
    return (
        ui.number(stake.recipients),
        ui.number(stake.credits),
        BACK if row.state == State.UNRESOLVED else "",
    )


def sent_hint(row: Submission) -> str:
    recipients, credits, back = _stake(row)
    return f"{recipients} alıcı gönderildi sayılır ve {credits} SMS kredi harcanır.{back}"


def not_sent_hint(row: Submission) -> str:
    recipients, credits, _ = _stake(row)
    return f"{recipients} alıcı başarısız olur ve ayrılan {credits} SMS kredi firmaya geri verilir."


def again_hint(row: Submission) -> str:
    recipients, credits, back = _stake(row)
    return f"{recipients} alıcıya yeni bir istekle baştan gönderilir; {credits} SMS kredi bir kez harcanır.{back}"


def open_to_staff(row: Submission) -> bool:
    """Given up with recipients that nobody has heard of since, or in doubt."""
    if row.state == State.UNRESOLVED:
        return stake_of(row).recipients > 0
    return doubts.ripe(row)


OFFERS = (
    Verb("sent", "Gönderildi say", was_sent, ReasonForm, hint=sent_hint, fits=open_to_staff),
    Verb(
        "not-sent",
        "Gönderilmedi say",
        was_not_sent,
        ReasonForm,
        icon="kapat",
        hint=not_sent_hint,
        warning="Gerçekte gitmişse firma bu mesajlar için ücret ödememiş olur.",
        fits=doubts.ripe,
    ),
    Verb(
        "again",
        "Yeniden gönder",
        send_again,
        ReasonForm,
        icon="gonder",
        tone="danger",
        hint=again_hint,
        warning="Önceki deneme gitmişse alıcılar aynı mesajı ikinci kez alır. Gitmediğinden emin değilseniz seçmeyin.",
        fits=open_to_staff,
    ),
)
