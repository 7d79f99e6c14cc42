from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions

from smsmerkezi.api import problems
from smsmerkezi.core.errors import Busy, Conflict, DomainError, Forbidden, NotFound
from tenants.limits import Quota, TooManyRequests
from tenants.tokens import Unauthenticated

PATH = "/v1/sms/7"
CONTRACT = {  # A5, literal
    "forbidden": ("Forbidden", 403),
    "not-found": ("Not Found", 404),
    "invalid-request": ("Invalid Request", 422),
    "validation-error": ("Validation Error", 422),
    "conflict": ("Conflict", 409),
    "rate-limit": ("Too Many Requests", 429),
    "bad-request": ("Bad Request", 400),
    "method-not-allowed": ("Method Not Allowed", 405),
    "payload-too-large": ("Payload Too Large", 413),
    "internal-error": ("Internal Server Error", 500),
    "maintenance": ("Service Unavailable", 503),
}


def test_titles_and_statuses_are_the_contracts():
    known = {kind.slug: (kind.title, kind.status) for kind in problems.every_kind()}
    assert known | CONTRACT == known


def test_kinds_are_named_once_and_have_a_status_that_exists():
    slugs = [kind.slug for kind in problems.every_kind()]
    assert len(slugs) == len(set(slugs))
    assert all(HTTPStatus(kind.status) for kind in problems.every_kind())


class TestARefusal:
    @pytest.mark.parametrize(
        ("error", "status", "slug"),
        [
            (NotFound("Mesaj bulunamadı."), 404, "not-found"),
            (Conflict("Geç."), 409, "conflict"),
            (Forbidden(), 403, "forbidden"),
            (Busy(), 503, "maintenance"),
            (DomainError("Olmaz."), 422, "invalid-request"),
        ],
    )
    def test_becomes_a_problem_with_its_own_sentence(self, error, status, slug):
        answer = problems.of_refusal(PATH, error)
        assert (answer.status, answer.body["status"]) == (status, status)
        assert answer.body["type"] == f"https://smsmerkezi.net/errors/{slug}"
        assert (answer.body["detail"], answer.body["instance"]) == (error.message, PATH)
        assert answer.media_type == "application/problem+json"

    def test_names_its_field_where_input_is_at_fault_and_nowhere_else(self):
        assert problems.of_refusal(PATH, DomainError("Olmaz.", field="body")).body["errors"] == {
            "body": ["Olmaz."]
        }
        assert "errors" not in problems.of_refusal(PATH, DomainError("Olmaz.")).body
        assert "errors" not in problems.of_refusal(PATH, NotFound("Yok.", field="id")).body

    @pytest.mark.parametrize(
        ("path", "slug"),
        [
            ("/v1/sms/send", "invalid-request"),
            ("/v1/panel/contacts", "validation-error"),
            ("/v1/admin/tenants", "validation-error"),
        ],
    )
    def test_is_called_a_validation_error_in_the_panels_area(self, path, slug):
        """D5"""
        assert problems.of_refusal(path, DomainError("Olmaz.")).body["type"].endswith(slug)
        assert problems.of_fields(path, {"a": ["Olmaz."]}).body["type"].endswith(slug)

    def test_that_may_be_tried_again_says_when(self):
        assert problems.of_refusal(PATH, Busy(retry_after=7)).headers == {"Retry-After": "7"}
        assert problems.of_refusal(PATH, DomainError("Olmaz.")).headers == {}

    def test_of_a_token_is_the_contracts_literal(self):
        answer = problems.of_refusal(PATH, Unauthenticated())
        assert (answer.status, answer.body, answer.media_type) == (
            401,
            {"message": "Unauthenticated."},
            "application/json",
        )

    def test_of_a_full_window_is_the_contracts_literal(self):
        answer = problems.of_refusal(PATH, TooManyRequests(Quota(limit=30, hits=31, seconds_left=59.2)))
        assert answer.body["detail"] == "İstek limiti aşıldı. 60 saniye sonra tekrar deneyin."
        assert (answer.body["retry_after"], answer.headers["Retry-After"]) == (60, "60")
        assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("30", "0")

    def test_that_no_table_knows_is_loud(self):
        class Unheard(DomainError):
            code = "unheard-of"

        with pytest.raises(KeyError):
            problems.of_refusal(PATH, Unheard("?"))


class TestAFailure:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (Http404(), 404), (PermissionDenied(), 403), (RequestDataTooBig(), 413), (exceptions.ParseError(), 400),
            (exceptions.UnsupportedMediaType("a/b"), 415), (exceptions.MethodNotAllowed("PUT"), 405),
            (exceptions.NotFound(), 404), (OperationalError(), 503), (InterfaceError(), 503),
        ],
    )  # fmt: skip
    def test_that_frameworks_raise_speaks_turkish(self, db, error, status):
        answer = problems.of_exception(PATH, error)
        assert answer.status == answer.body["status"] == status
        assert any(letter in answer.body["detail"] for letter in "çğıöşüÇĞİÖŞÜ")

    @pytest.mark.parametrize("error", [ValueError(), KeyError(), exceptions.APIException()])
    def test_that_is_a_bug_has_no_answer(self, error):
        assert problems.of_exception(PATH, error) is None

    def test_of_the_database_says_when_to_come_again_and_nothing_else(self, db):
        answer = problems.of_exception(
            PATH, OperationalError("FATAL: password authentication failed for user")
        )
        assert answer.headers == {"Retry-After": "2"}
        assert "FATAL" not in str(answer.body)

    def test_of_many_fields_lists_them_by_path_and_begins_with_the_first(self):
        error = exceptions.ValidationError(
            {"name": ["Bir.", "İki."], "rows": [{}, {"a": ["Üç."]}], "tags": {1: ["Dört."]}}
        )
        body = problems.of_exception(PATH, error).body
        assert body["detail"] == "Bir."
        assert body["errors"]["name"] == ["Bir.", "İki."]
        assert body["errors"]["tags.1"] == ["Dört."]

    def test_of_nothing_named_is_the_bodys(self):
        assert problems.of_exception(PATH, exceptions.ValidationError("Olmaz.")).body["errors"] == {
            "body": ["Olmaz."]
        }

    def test_of_ours_gives_the_requests_id_and_no_more(self):
        body = problems.internal(PATH, "abc123").body
        assert (body["status"], body["request_id"]) == (500, "abc123")


def test_an_answer_without_drf_carries_its_headers():
    response = problems.respond(problems.outage(PATH))
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response["Cache-Control"] == "no-cache, private"
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "api"),
    [("/v1/sms", True), ("/v1/", True), ("/v1", False), ("/mesajlar", False), ("/x/v1/", False)],
)
def test_what_belongs_to_the_api(path, api):
    assert problems.is_api(RequestFactory().get(path)) is api
