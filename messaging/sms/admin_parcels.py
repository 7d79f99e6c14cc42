"""Submissions and the attempts to hand them over, as platform staff see them."""

from messaging.sms.models import Attempt, Submission
from smsmerkezi.backoffice import cells

State = Submission.State
LOOKS = {
    State.READY: ("wait", "bekliyor"),
    State.SUBMITTING: ("info", "gonder"),
    State.UNKNOWN: ("warn", "soru"),
    State.HANDED_OVER: ("ok", "basarili"),
    State.REFUSED: ("bad", "kapat"),
    State.UNRESOLVED: ("bad", "soru"),
    State.CANCELLED: ("", "iptal"),
    State.EXPIRED: ("", "saat"),
}
# What stands in an attempt is the name of the outcome's class.
OUTCOMES = {
    "Accepted": "Kabul edildi",
    "Refused": "Reddedildi",
    "NotSent": "Gönderilemedi",
    "Unknown": "Yanıtı belirsiz",
}


def state_pill(parcel: Submission) -> str:
    state = State(parcel.state)
    return cells.pill(*LOOKS[state], cells.capital(state.label))


def outcome(attempt: Attempt) -> str:
    """A worker that died wrote nothing down."""
    return OUTCOMES.get(attempt.outcome, "Yanıt kaydı yok")


def told(attempt: Attempt) -> str:
    """Outcome and reason in one."""
    return f"{outcome(attempt)}: {attempt.reason}" if attempt.reason else outcome(attempt)


def line(attempt: Attempt) -> tuple[tuple[str, str], ...]:
    return (
        ("Paket", f"#{attempt.submission_id}"),
        ("Deneme", cells.plain(attempt.fence)),
        ("Sağlayıcı", cells.plain(attempt.gateway)),
        ("Başladı", cells.plain(attempt.started_at)),
        ("Bitti", cells.plain(attempt.ended_at)),
        ("Sonuç", outcome(attempt)),
        ("Neden", cells.plain(attempt.reason)),
    )
