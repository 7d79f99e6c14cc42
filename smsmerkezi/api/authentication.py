"""Bearer tokens at the API's doors. No session and no cookie opens /v1 (security §5.1, CSRF)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from smsmerkezi import requests
from tenants import tokens
from tenants.limits import Limit
from tenants.models import User


def open_door(request: HttpRequest, scope: str) -> tokens.Pass:
    """The pass of the request's bearer token, counted in `scope`. Raises tokens.Unauthenticated."""
    kind, _, bearer = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer":
        raise tokens.Unauthenticated
    limit = Limit(*settings.RATE_LIMITS[scope])
    return tokens.authenticate(
        bearer=bearer.strip(), scope=scope, limit=limit, ip=requests.client_address(request) or None
    )


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, tokens.Pass]:
        view: Any = request.parser_context["view"]
        found = open_door(request._request, view.scope)  # noqa: SLF001 - the only way to Django's request
        return found.user, found
