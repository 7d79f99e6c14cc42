"""Whatever comes in: never a 5xx, always a body that the contract knows, and what was refused left no row."""

import string
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from messaging.sms.models import Message
from smsmerkezi.api import docs
from tests import factories
from tests.api import doors
from tests.api.doors import sms

QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
FEWER = settings(QUICK, max_examples=40)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=4) | st.dictionaries(TEXT, each, max_size=4), max_leaves=12
)
NUMBERS = st.builds(factories.number, st.integers(1, 5000)) | st.from_regex(
    r"[+0-9 ()\-]{3,20}", fullmatch=True
)
ALMOST: dict[str, st.SearchStrategy[Any]] = {
    "body": st.just("Merhaba") | TEXT | VALUES,
    "recipients": st.lists(NUMBERS, max_size=4) | st.lists(SCALARS, max_size=4) | VALUES,
    "originator": st.just("SMSMERKEZI") | TEXT | VALUES,
    "scheduled_at": st.datetimes().map(str) | st.just("2026-12-31T20:00:00+03:00") | VALUES,
    "gateway": st.just("mock") | VALUES,
    "meta": st.dictionaries(TEXT, VALUES, max_size=3) | VALUES,
    "ek": VALUES,
}
QUERY = st.dictionaries(
    st.sampled_from(["status", "from", "to", "per_page", "cursor", "x"]),
    TEXT
    | st.sampled_from(
        ["queued", "5", "2026-05-01T00:00:00+03:00", "eyJpZCI6MTIzfQ==", "eyJpZCI6MSwicHJldiI6dHJ1ZX0"]
    ),
)


@pytest.fixture(autouse=True)
def _unlimited(settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**9, 60))


@pytest.fixture
def door(transactional_db) -> doors.Door:
    """Autocommit: a refusal of the database must not take the next example along."""
    factories.gateway("mock", default=True)
    return doors.door(factories.tenant(credits=10**6))


def fits(path: str, method: str, answer) -> None:
    """The answer is one that the schema knows."""
    assert answer.status_code < 500, answer.content
    document = docs.document()
    declared = document["paths"][path][method]["responses"].get(str(answer.status_code))
    assert declared is not None, (answer.status_code, answer.content)
    if "$ref" in declared:
        declared = document["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    schema = declared["content"][answer["Content-Type"]]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())


@QUICK
@given(body=st.fixed_dictionaries({}, optional=ALMOST))
@example(body=sms(meta={"a": -0.0, "b": 1e308, "c": 2**63}))
@example(body={**sms(), "scheduled_at": "0001-01-01T00:00:00+14:00"})
@example(body={**sms(), "recipients": [[[{}]]], "meta": {"": {"": []}}})
def test_any_json_object_at_send(door, body):
    before = Message.objects.count()
    answer = door.post("/v1/sms/send", body)
    fits("/v1/sms/send", "post", answer)
    assert Message.objects.count() == before + (answer.status_code == 202)


@QUICK
@given(
    raw=st.binary(max_size=200) | VALUES.map(orjson.dumps),
    media=st.sampled_from([doors.JSON, "text/plain", "a/b;c=d", "%"]),
)
def test_any_bytes_at_send(door, raw, media):
    fits("/v1/sms/send", "post", door.raw("POST", "/v1/sms/send", raw, media=media))


@QUICK
@given(key=st.text(string.printable, max_size=300) | st.text(st.characters(max_codepoint=255), max_size=20))
def test_any_idempotency_key(door, key):
    answer = door.send(key=key)
    fits("/v1/sms/send", "post", answer)
    if answer.status_code == 202:
        assert door.send(key=key).content == answer.content


@QUICK
@given(query=QUERY)
def test_any_filter_at_the_list(door, query):
    fits("/v1/sms", "get", door.get("/v1/sms", **query))


@QUICK
@given(
    raw=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#%"), min_size=1, max_size=30)
)
def test_any_id(door, raw):
    if raw in {".", "..", "send"}:
        return
    fits("/v1/sms/{id}", "get", door.get(f"/v1/sms/{raw}"))
    fits("/v1/tokens/{id}", "delete", door.delete(f"/v1/tokens/{raw}x"))


@QUICK
@given(
    body=st.fixed_dictionaries(
        {},
        optional={
            "name": TEXT | VALUES,
            "abilities": st.lists(st.sampled_from(["*", "sms:send", "x"])) | VALUES,
        },
    )
)
def test_any_json_object_at_tokens(door, body):
    fits("/v1/tokens", "post", door.post("/v1/tokens", body))


MEMBERS = {
    "/v1/auth/login": ["email", "password", "device_name"],
    "/v1/auth/two-factor/challenge": ["challenge_token", "code", "recovery_code"],
    "/v1/auth/kvkk-consent": ["consent_token", "kvkk_consent", "device_name"],
    "/v1/panel/2fa/confirm": ["code"],
    "/v1/panel/2fa/recovery-codes/regenerate": ["password"],
    "/v1/auth/register": [
        "company_name", "name", "email", "password", "password_confirmation", "phone", "kvkk_consent", "device_name",
    ],
    "/v1/panel/settings/profile": ["name", "tenant_name", "default_originator", "webhook_url"],
    "/v1/panel/settings/password": ["current_password", "new_password", "new_password_confirmation"],
    "/v1/panel/settings/kvkk-revoke": ["reason"],
}  # fmt: skip


@pytest.mark.parametrize("path", MEMBERS)
@FEWER
@given(data=st.data())
def test_any_json_object_at_the_doors_that_let_people_in(door, path, data):
    body = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS[path], TEXT | VALUES)))
    method = "put" if path.endswith(("/profile", "/password")) else "post"
    fits(path, method, door.call(method.upper(), path, body))


@QUICK
@given(header=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80))
def test_any_authorization(door, header):
    answer = doors.Door(Authorization=header).get("/v1/balance")
    assert answer.status_code == 401
