"""Who acts: the person, for which tenant, with which token, from where. Every domain verb that changes something takes one."""

from dataclasses import dataclass

from smsmerkezi.core.errors import Forbidden
from tenants.models import Tenant, User


class NoTenant(Forbidden):
    """Platform staff have no tenant of their own."""

    def __init__(self) -> None:
        super().__init__("Bu işlem bir firma hesabı gerektirir.")


@dataclass(frozen=True, slots=True)
class Actor:
    """`firm` is None for platform staff who act for nobody; `acting` says that a super_admin acts for it (tenants.acting)."""

    firm: Tenant | None
    user: User | None = None
    token_id: int | None = None
    ip: str | None = None
    user_agent: str = ""
    acting: bool = False

    @property
    def tenant(self) -> Tenant:
        """Raises NoTenant."""
        if self.firm is None:
            raise NoTenant
        return self.firm

    @property
    def person(self) -> User:
        """For what only a person can do. Raises Forbidden."""
        if self.user is None:
            raise Forbidden
        return self.user

    @property
    def role(self) -> str:
        return self.user.role if self.user else ""

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None
