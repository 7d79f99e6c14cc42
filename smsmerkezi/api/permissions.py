"""After the token: its rate, its ability, its owner's role, in the contract's order (A2)."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants import access
from tenants.actors import NoTenant


class Allowed(BasePermission):
    """A view says `ability` (of the token) and `permission` (of the role); None asks for neither."""

    def has_permission(self, request: Request, view: Any) -> bool:
        request.auth.quota.check()
        if view.ability:
            request.auth.require(view.ability)
        if view.permission:
            access.require(request.user, view.permission)
            if access.needs_firm(view.permission) and request.user.firm is None:
                raise NoTenant
        return True
