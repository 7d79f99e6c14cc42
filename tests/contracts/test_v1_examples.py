"""Every example of the contract, asked for real, and held against the schema as well."""

import copy
from datetime import timedelta

import jsonschema
import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smsmerkezi.api import docs
from smsmerkezi.core import clock
from tenants.models import RateWindow
from tests import factories
from tests.contracts import examples, scenes
from tests.messaging.senders import papers

EXAMPLES = examples.load()
ENDPOINTS = orjson.loads((examples.FOLDER / "endpoints.json").read_bytes())
PUBLIC = {
    "/v1/status",
    "/v1/health",
    "/v1/auth/login",
    "/v1/auth/register",
    "/v1/auth/two-factor/challenge",
    "/v1/auth/kvkk-consent",
}
HOST = {"Host": "api.smsmerkezi.net", "X-Forwarded-Proto": "https"}


@pytest.fixture
def example(request) -> examples.Example:
    return copy.deepcopy(EXAMPLES[request.param])


@pytest.fixture
def firm(db, settings):
    settings.ENVIRONMENT = "production"
    settings.ALLOWED_HOSTS = ["api.smsmerkezi.net"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for slug in ("kobikom", "netgsm", "mock"):
        factories.gateway(slug, default=slug == "kobikom")
    return factories.tenant(gateway="kobikom")


@pytest.fixture
def answer(firm, example, settings):
    door = scenes.scene(example)(firm, example)
    if example.name.endswith("/429-too-many"):
        limit = int(example.response["headers"]["x-ratelimit-limit"])
        settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (limit, 60))
        ask(door, example)
        RateWindow.objects.update(hits=limit, ends_at=clock.now() + timedelta(seconds=60))
    return ask(door, example)


def ask(door, example):
    asked = example.request
    door.headers |= HOST
    if "query" in asked:
        return door.get(asked["path"], **asked["query"])
    if "form" in asked:
        return door.form(asked["path"], filled(asked["form"]))
    return door.call(asked["method"], asked["path"], asked.get("body"))


LISTS = {"liste.csv": b"5551234567,Ahmet\n5551234568,Mehmet\n", "bos.csv": b""}


def filled(form):
    """`@tescil.pdf` is a file."""
    return {
        name: SimpleUploadedFile(value[1:], LISTS.get(value[1:], papers.pdf()))
        if value.startswith("@")
        else value
        for name, value in form.items()
    }


def said(answer):
    """The body; None where there is none, or a file."""
    return answer.json() if "json" in answer.headers.get("Content-Type", "") else None


@pytest.mark.parametrize("example", EXAMPLES, indirect=True)
class TestEachExample:
    def test_is_what_we_answer(self, example, answer):
        assert answer.status_code == example.response["status"], answer.content
        assert examples.differences(example, said(answer)) == []

    def test_comes_with_its_headers(self, example, answer):
        wanted = example.response["headers"]
        assert {name: answer[name] for name in wanted} == wanted
        limited = {name.lower() for name in answer.headers if name.lower().startswith("x-ratelimit")}
        full = answer.status_code == 429 and wanted.get("x-ratelimit-remaining") == "0"
        reset = {"x-ratelimit-reset"} if full else set()
        assert limited == {name for name in wanted if name.startswith("x-ratelimit")} | reset

    def test_fits_the_schema(self, example, answer):
        declared = response_of(example).get("content", {})
        if not answer.content:
            assert declared == {}
            return
        if said(answer) is None:
            assert answer["Content-Type"] in declared
            return
        schema = declared[answer["Content-Type"]]["schema"]
        jsonschema.Draft202012Validator(
            {**schema, "components": docs.document()["components"]},
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        ).validate(answer.json())


def response_of(example: examples.Example) -> dict:
    document = docs.document()
    number = int(example.name.split("-")[0])
    endpoint = next(each for each in ENDPOINTS if each["n"] == number)
    found = document["paths"][endpoint["path"]][endpoint["method"].lower()]["responses"]
    return resolved(found[str(example.response["status"])])


def resolved(found: dict) -> dict:
    if "$ref" not in found:
        return found
    return docs.document()["components"]["responses"][found["$ref"].rpartition("/")[2]]


class TestTheSchema:
    @pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each['n']} {each['path']}")
    def test_has_every_documented_parameter_and_status(self, endpoint):
        operation = docs.document()["paths"][endpoint["path"]][endpoint["method"].lower()]
        assert {str(status) for status in endpoint["statuses"]} <= operation["responses"].keys()
        for wanted in endpoint["params"]:
            assert wanted["name"] in names(operation, wanted["in"]), wanted
        required = {
            each["name"] for each in endpoint["params"] if each["in"] == "body" and not each["optional"]
        }
        assert required == set(body_of(operation).get("required", []))

    def test_has_no_path_that_the_contract_lacks(self):
        assert set(docs.document()["paths"]) == {endpoint["path"] for endpoint in ENDPOINTS}

    def test_says_for_every_guarded_endpoint_what_all_of_them_answer(self):
        for path, methods in docs.document()["paths"].items():
            for operation in methods.values():
                public = path in PUBLIC
                assert bool(operation.get("security")) is not public
                assert ({"401", "403", "429", "503"} <= operation["responses"].keys()) is not public

    def test_refuses_an_answer_with_a_member_of_another_type(self):
        """The schema is strict enough to be worth holding answers against."""
        balance = docs.document()["components"]["schemas"]["Balance"]
        wrong = {"balance": "5000", "reserved": 0, "available": 0, "currency": "sms"}
        assert not jsonschema.Draft202012Validator(balance).is_valid(wrong)


def names(operation: dict, place: str) -> set[str]:
    if place == "body":
        return set(body_of(operation)["properties"])
    place = {"url": "path"}.get(place, place)
    return {each["name"] for each in operation["parameters"] if each["in"] == place}


def body_of(operation: dict) -> dict:
    if "requestBody" not in operation:
        return {}
    (asked,) = operation["requestBody"]["content"].values()
    name = asked["schema"]["$ref"].rpartition("/")[2]
    return docs.document()["components"]["schemas"][name]


class TestTheComparison:
    """The harness itself must be able to say no."""

    sample = EXAMPLES["05-balance/200-ok"]

    def test_sees_a_missing_member_an_extra_one_another_order_and_another_type(self):
        body = dict(self.sample.response["body"])
        assert examples.differences(self.sample, body) == []
        assert examples.differences(self.sample, {**body, "data": 1})
        assert examples.differences(self.sample, {**body, "balance": "5000"})
        assert examples.differences(self.sample, {**body, "currency": "TRY"})
        assert examples.differences(self.sample, dict(reversed(body.items())))
        body.pop("reserved")
        assert examples.differences(self.sample, body)

    def test_sees_a_varying_member_of_another_shape(self):
        sample = EXAMPLES["32-health/200-ok"]
        body = sample.response["body"] | {"time": "2026-05-11T11:05:50Z"}
        assert examples.differences(sample, body) == [
            "time: '2026-05-11T11:05:50Z' is not a moment in Istanbul"
        ]
