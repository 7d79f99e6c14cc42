"""Why somebody cannot be asked to join, or not any more."""

from smsmerkezi.core.errors import DomainError
from tenants.models import Invitation

State = Invitation.State
OVER = {
    State.ACCEPTED: "Davet zaten kabul edilmiş.",
    State.CANCELLED: "Davet zaten iptal edilmiş.",
    State.EXPIRED: "Davetin süresi dolmuş.",
}


class EmailRegistered(DomainError):
    """An e-mail is one person's, in one firm."""

    code = "email-registered"
    field = "email"

    def __init__(self) -> None:
        super().__init__("Bu e-posta zaten kayıtlı.")


class AlreadyInvited(DomainError):
    code = "invitation-pending"
    field = "email"

    def __init__(self) -> None:
        super().__init__("Bu e-posta için bekleyen bir davet var.")


class InvitationOver(DomainError):
    """`status` says how it ended."""

    code = "invitation-over"

    def __init__(self, status: str) -> None:
        super().__init__(OVER[State(status)])
        self.status = status


class TooManyInvitations(DomainError):
    """`retry_after` seconds until the next mail may go."""

    code = "too-many-invitations"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Çok fazla davet gönderildi. {retry_after} saniye sonra tekrar deneyin.")
        self.retry_after = retry_after
