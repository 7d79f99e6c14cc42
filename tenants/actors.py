"""Who acts: the person, for which tenant, with which token, from where. Every domain verb that changes something takes one."""

from dataclasses import dataclass

from tenants.models import Tenant, User


@dataclass(frozen=True, slots=True)
class Actor:
    tenant: Tenant
    user: User | None = None
    token_id: int | None = None
    ip: str | None = None
    user_agent: str = ""

    @property
    def role(self) -> str:
        return self.user.role if self.user else ""

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None
