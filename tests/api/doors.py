"""A customer of /v1 for tests: bearer token, JSON both ways, cross-site checks as strict as in production."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests import factories

JSON = "application/json"
PROBLEM = "application/problem+json"
TYPE = "https://smsmerkezi.net/errors/"


class Door:
    """Calls /v1 with one token (none: anonymously). The body of an answer is `answer.json()`."""

    def __init__(self, token: str | None = None, **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.headers |= headers

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.raw(method, path, raw, **headers)

    def raw(self, method: str, path: str, body: bytes, *, media: str = JSON, **headers: str) -> HttpResponse:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.headers, **names}
        return self.client.generic(method, path, body, content_type=media, headers=sent, CONTENT_TYPE=media)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def form(self, path: str, fields: dict[str, Any]) -> HttpResponse:
        """multipart/form-data; a file is a SimpleUploadedFile."""
        return self.raw("POST", path, encode_multipart(BOUNDARY, fields), media=MULTIPART_CONTENT)

    def delete(self, path: str) -> HttpResponse:
        return self.call("DELETE", path)

    def send(self, *numbers: str, **fields: Any) -> HttpResponse:
        """#2 with a valid body, changed by `fields`."""
        headers = {"Idempotency_Key": fields.pop("key")} if "key" in fields else {}
        return self.post("/v1/sms/send", sms(*numbers, **fields), **headers)


def sms(*numbers: str, **fields: Any) -> dict[str, Any]:
    """A body that #2 accepts."""
    return {"body": "Merhaba", "recipients": list(numbers) or [factories.number(1)], **fields}


def door(firm: Any, *abilities: str, role: str = "admin") -> Door:
    """A new user of `firm` with a new token (by default with every ability)."""
    return Door(factories.token(factories.user(firm, role=role), *abilities))


def is_problem(answer: HttpResponse, status: int, slug: str, field: str | None = None) -> dict[str, Any]:
    """Hold an answer against contract A5 (a); what it says."""
    body = answer.json()
    assert (answer.status_code, body["type"], body["status"]) == (status, TYPE + slug, status), body
    assert answer["Content-Type"] == PROBLEM
    assert answer["Cache-Control"] == "no-cache, private"
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert body["instance"] == answer.wsgi_request.path
    assert list(body.get("errors", {})) == ([field] if field else list(body.get("errors", {})))
    return body


def is_unauthenticated(answer: HttpResponse) -> None:
    """Hold an answer against contract A2, to the letter."""
    assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthenticated."}')
    assert answer["Content-Type"] == JSON
    assert answer["Cache-Control"] == "no-cache, private"
    assert answer["WWW-Authenticate"] == "Bearer"
