"""The API described: /v1/schema, docs/openapi.yaml, /v1/docs, /v1/docs/swagger."""

import html
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from messaging.sms import api_send
from messaging.sms.api_schema import SendRequest
from smsmerkezi.api import docs, problems, reference
from tests import factories
from tests.api import doors, web
from tests.contracts import examples
from tests.messaging.senders import papers

# What a printed example answers where its row, or its person, is not there.
WITHOUT_ROWS = (
    {
        **dict.fromkeys(
            (
                "getContact",
                "replaceContact",
                "deleteContact",
                "getTemplate",
                "replaceTemplate",
                "deleteTemplate",
                "getSenderId",
                "deleteSenderId",
                "getBulk",
                "getPanelSms",
                "getBulkProgress",
                "cancelBulk",
            ),
            "404",
        ),
        "listAllAuditLogs": "403",
    }
    | dict.fromkeys(
        (
            "getSms",
            "revokeToken",
            "cancelInvitation",
            "removeUser",
            "readNotification",
            "deleteNotification",
            "getAuditLog",
        ),
        "404",
    )
    | dict.fromkeys(
        (
            "logIn",
            "answerTwoFactor",
            "giveKvkkConsent",
            "getTwoFactorSetup",
            "confirmTwoFactor",
            "regenerateRecoveryCodes",
            "disableTwoFactor",
            "updateProfile",
            "changePassword",
        ),
        "422",
    )
)
# super_admin's
WITHOUT_ROWS |= dict.fromkeys(("listFirmsToActFor", "startActing", "endActing", "getActing"), "403")
WITHOUT_ROWS |= dict.fromkeys(
    ("listAllSenderIds", "approveSenderId", "rejectSenderId", "downloadSenderIdDocument"), "403"
)
COMMITTED = Path(settings.BASE_DIR) / "docs/openapi.yaml"


class TestTheSchema:
    def test_is_open_to_everybody(self, db):
        answer = doors.Door().get("/v1/schema")
        assert (answer.status_code, answer["Content-Type"]) == (200, doors.JSON)
        assert answer.json()["openapi"].startswith("3.1")

    def test_takes_nothing_from_the_query(self, db):
        plain = doors.Door().get("/v1/schema")
        assert (
            doors.Door().get("/v1/schema", lang="en", version="a\r\nb: c", format="yaml").content
            == plain.content
        )

    def test_is_made_without_a_warning(self, capsys):
        call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())
        assert "Warning" not in capsys.readouterr().err

    def test_is_the_committed_one(self):
        """When this fails: `make schema`, look at the difference, commit it."""
        written = io.StringIO()
        call_command("spectacular", stdout=written)
        assert yaml.safe_load(written.getvalue()) == yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))

    def test_asks_of_a_message_what_its_reader_asks(self):
        fields = SendRequest().fields
        assert list(fields) == list(api_send.FIELDS)
        assert {name: field.required for name, field in fields.items()} == {
            name: required for name, (_, required, _) in api_send.FIELDS.items()
        }

    def test_tells_customers_nothing_that_was_written_for_programmers(self):
        written = COMMITTED.read_text(encoding="utf-8")
        assert not re.search(r"contract|docstring|`ability`|Only the schema", written)


class TestTheReference:
    @pytest.fixture
    def page(self, db) -> str:
        answer = doors.Door().get("/v1/docs")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
        return answer.content.decode()

    def test_has_every_operation_with_its_command(self, page):
        operations = [
            each
            for group in reference.groups(docs.document(), "http://testserver").values()
            for each in group
        ]
        endpoints = json.loads((examples.FOLDER / "endpoints.json").read_bytes())
        assert len(operations) == len(endpoints)
        for operation in operations:
            assert f'id="{operation.id}"' in page
            assert html.escape(operation.curl, quote=True).replace("&#x27;", "&#39;") in page.replace(
                "&#x27;", "&#39;"
            )

    def test_names_every_kind_of_problem_and_both_limits(self, page):
        for slug in docs.MEANINGS:
            assert f"{problems.TYPE}{slug}" in page
        assert "<strong>60</strong>" in page
        assert "<strong>30</strong>" in page

    def test_explains_every_problem_of_these_endpoints(self):
        assert set(docs.MEANINGS) == {kind.slug for kind in problems.every_kind()}

    def test_has_nothing_inline_and_nothing_from_elsewhere(self, page):
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)

    def test_needs_no_database(self, page, django_assert_num_queries):
        with django_assert_num_queries(0):
            doors.Door().get("/v1/docs")

    def test_is_only_read(self, db):
        assert doors.Door().call("POST", "/v1/docs").status_code in {403, 405}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing")
@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_the_commands_work_as_printed(tmp_path):
    factories.gateway("kobikom", default=True)
    firm = factories.tenant(gateway="kobikom")
    token, spare = (factories.token(factories.user(firm)) for _ in range(2))
    with web.running(tmp_path) as server:
        groups = reference.groups(docs.document(), f"http://127.0.0.1:{server.port}")
        for operation in [each for group in groups.values() for each in group]:
            good = next(status for status, _ in operation.statuses if status.startswith("2"))
            wanted = WITHOUT_ROWS.get(operation.id, good)
            (tmp_path / "tescil.pdf").write_bytes(papers.pdf())
            script = operation.curl.replace("curl", "curl --silent --write-out '\\n%{http_code}'", 1)
            ran = subprocess.run(
                ["sh", "-c", script],
                cwd=tmp_path,
                env={**os.environ, "TOKEN": spare if operation.id == "logOut" else token},
                capture_output=True,
                text=True,
                check=True,
            )
            assert ran.stdout.rsplit("\n", 1)[1] == wanted, (operation.id, ran.stdout)
