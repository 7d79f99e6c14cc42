"""The audit trail: one row for each change, in the change's own transaction."""

from typing import Any

from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant


def record(
    *,
    by: Actor | None,
    action: str,
    entity: object = None,
    entity_type: str = "",
    entity_id: int | None = None,
    tenant: Tenant | None = None,
    meta: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry. `meta` holds ids and masked values only, never a secret, a number or a text."""
    return AuditEntry.objects.create(
        tenant=tenant or (by.firm if by else None),
        user_id=by.user_id if by else None,
        token_id=by.token_id if by else None,
        action=action,
        entity_type=entity_type or (type(entity).__name__ if entity is not None else ""),
        entity_id=entity_id if entity_id is not None else getattr(entity, "pk", None),
        acting=by.acting if by else False,
        meta=meta or {},
        ip=by.ip if by else None,
        user_agent=by.user_agent[:255] if by else "",
    )
