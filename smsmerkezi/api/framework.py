"""Ground of the public doors #26-#29, which hand out tokens: one bucket per caller's address, and bodies in the manner of the
framework that the contract was written with (contract A4 R3, A5 b and d, D2).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi import requests
from smsmerkezi.api import problems, schema
from smsmerkezi.api.views import JsonView
from smsmerkezi.core.errors import DomainError
from tenants import limits
from tenants.login import AccountClosed, Caller

JSON = "application/json"


class AuthView(JsonView):
    """Anybody may knock, thirty times a minute (RATE_LIMIT_AUTH), all four doors together."""

    authentication_classes: ClassVar[list[Any]] = []
    permission_classes: ClassVar[list[Any]] = []
    quota: limits.Quota | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.quota = limits.hit_auth(requests.client_address(request))
        self.quota.check()

    def get_exception_handler(self) -> Any:
        return handle

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.quota is not None:
            for name, value in problems.quota_headers(self.quota).items():
                response.headers.setdefault(name, value)
        return response

    def caller(self, device: str = "") -> Caller:
        """Who knocks, and the name that the session is to have."""
        return Caller(
            ip=requests.client_address(self.request),
            user_agent=self.request.META.get("HTTP_USER_AGENT", ""),
            device=device,
        )


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The framework's words for wrong input and a full bucket; everything else is a problem, as elsewhere."""
    answer = _of_exception(context["request"].path, error)
    if answer is None:
        return None
    return Response(answer.body, answer.status, headers=answer.headers, content_type=answer.media_type)


def _of_exception(path: str, error: Exception) -> problems.Answer | None:
    if isinstance(error, limits.TooManyRequests):
        body = {"message": "Too Many Attempts."}
        return problems.Answer(429, body, problems.quota_headers(error.quota), JSON)
    if isinstance(error, AccountClosed):
        return problems.Answer(403, {"message": error.message}, {}, JSON)
    if isinstance(error, exceptions.ValidationError):
        return invalid(problems.flat(error.detail))
    if isinstance(error, DomainError) and error.field and problems.KINDS[error.code].status == 422:
        return invalid({error.field: [error.message]})
    return problems.of_exception(path, error)


def invalid(errors: Mapping[str, list[str]]) -> problems.Answer:
    """422 in form (b): `message` is the first sentence and how many more there are."""
    sentences = [sentence for each in errors.values() for sentence in each]
    more = len(sentences) - 1
    tail = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
    return problems.Answer(422, {"message": sentences[0] + tail, "errors": dict(errors)}, {}, JSON)


Message = inline_serializer("Message", {"message": serializers.CharField()})
InvalidInput = inline_serializer(
    "InvalidInput",
    {
        "message": serializers.CharField(),
        "errors": serializers.DictField(child=serializers.ListField(child=serializers.CharField())),
    },
)
# What each of these doors may answer besides its own.
ANSWERS: dict[Any, OpenApiResponse] = {
    (422, JSON): OpenApiResponse(InvalidInput, "Alanlardan biri geçersiz"),
    (429, JSON): OpenApiResponse(Message, "Bu adresten dakikada izin verilen istek sayısı doldu"),
    **schema.problem(400, "Gövde okunamadı"),
    **schema.problem(413, "Gövde 256 kB'tan büyük"),
    **schema.problem(415, "Gövde JSON değil"),
    **schema.problem(503, "Hizmet şu an yanıt veremiyor"),
}
