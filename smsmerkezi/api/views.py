"""What every endpoint of /v1 stands on."""

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from smsmerkezi import requests
from smsmerkezi.api import problems
from smsmerkezi.api.codec import OneForm
from tenants.actors import Actor
from tenants.tokens import Pass


class JsonView(APIView):
    """JSON whatever Accept asks for; a method that the path lacks is refused before anything is looked at."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    content_negotiation_class = OneForm

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", requests.CACHE_CONTROL)
        return response


class ApiView(JsonView):
    """`ability` of the token, `permission` of the role, `scope` of the rate limit."""

    ability: ClassVar[str | None] = None
    permission: ClassVar[str | None] = None
    scope: ClassVar[str] = "api"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        found = getattr(request, "_auth", None)
        if found is not None:
            for name, value in problems.quota_headers(found.quota).items():
                response.headers.setdefault(name, value)
        return response

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request, self.request.auth)  # noqa: SLF001 - Django's request


class PublicView(JsonView):
    """Open to everybody and not limited (contract A2, A4)."""

    authentication_classes: ClassVar[list[Any]] = []
    permission_classes: ClassVar[list[Any]] = []


def actor_of(request: HttpRequest, found: Pass) -> Actor:
    """Who acts through this token."""
    return Actor(
        firm=found.user.firm,
        user=found.user,
        token_id=found.token.pk,
        ip=found.ip,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        acting=found.user.acting,
    )
