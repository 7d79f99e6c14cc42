"""#19-#21, #33 and #73-#76 over the API. What the contract shows of them stands in tests/contracts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.senders import approval
from messaging.senders.models import SenderId
from tenants.actors import Actor
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem
from tests.messaging.senders import papers

SENDERS, QUEUE = "/v1/panel/sender-ids", "/v1/admin/sender-ids"


@pytest.fixture
def kept(firm) -> SenderId:
    by = factories.actor(firm)
    return approval.apply_for(by=by, label="MARKA", document=papers.document("Tescil Şirket.pdf"))


@pytest.fixture
def staff(db):
    return doors.Door(factories.token(factories.reviewer()))


def given(name="tescil.pdf", data=None, **fields):
    return {
        "label": "MARKA",
        "document": SimpleUploadedFile(name, papers.pdf() if data is None else data),
        **fields,
    }


class TestApplying:
    def test_cleans_the_document_and_keeps_its_name(self, door):
        told = door.form(SENDERS, given("foto.JPEG", papers.photo())).json()["data"]
        assert (told["document_name"], told["has_document"], told["status"]) == ("foto.jpg", True, "pending")
        assert b"GIZLI" not in b"".join(
            SenderId.objects.get(pk=told["id"]).document.pieces.values_list("data", flat=True)
        )

    @pytest.mark.parametrize("name", ["cizim.svg", "betikli.pdf", "bos.pdf", "buyuk.pdf", "parolali.pdf"])
    def test_refuses_bad_documents(self, door, name):
        said = door.form(SENDERS, given(name, papers.BAD[name][0]()))
        is_problem(said, 422, "validation-error", "document")
        assert not SenderId.objects.filter(label="MARKA").exists()

    def test_says_all_that_is_wrong(self, door):
        said = door.form(SENDERS, {"label": "INFO"}).json()
        assert list(said["errors"]) == ["label", "document"]

    def test_does_not_read_a_body_that_is_too_large(self, door, monkeypatch):
        said = door.form(SENDERS, given(data=bytes(6 * 1024**2)))
        is_problem(said, 422, "validation-error", "document")
        assert "en çok 5 MB" in said.json()["detail"]

    @pytest.mark.parametrize(
        "fields", [{"label": "MARKA", "document": "metin"}, given(label=SimpleUploadedFile("x", b"x"))]
    )
    def test_tells_files_from_texts(self, door, fields):
        assert door.form(SENDERS, fields).status_code == 422

    @pytest.mark.parametrize(
        ("media", "body", "status", "slug"),
        [
            ("application/json", b'{"label":"MARKA"}', 415, "unsupported-media-type"),
            ("multipart/form-data", b"--x\r\n", 400, "bad-request"),
            ("multipart/form-data; boundary=\xc3", b"--x\r\n", 400, "bad-request"),
            ("application/x-www-form-urlencoded", b"label=MARKA", 415, "unsupported-media-type"),
        ],
    )
    def test_is_a_form_with_a_file(self, door, media, body, status, slug):
        said = is_problem(door.raw("POST", SENDERS, body, media=media), status, slug)
        assert "multipart/form-data" in said["detail"]

    def test_with_too_many_fields_is_not_readable(self, door):
        many = {f"x{n}": "1" for n in range(1200)}
        is_problem(door.form(SENDERS, many), 400, "bad-request")

    def test_with_long_texts_is_too_large(self, door):
        is_problem(door.form(SENDERS, {"label": "x" * 1_100_000}), 413, "payload-too-large")


class TestTheFirmsOwn:
    def test_a_banned_name_is_one_that_is_rejected(self, firm, door):
        name = SenderId.objects.of(firm).get()
        approval.ban(by=Actor(None, factories.reviewer()), sender_id=name.pk)
        assert [each["status"] for each in door.get(SENDERS).json()["data"]] == ["rejected"]
        is_problem(door.delete(f"{SENDERS}/{name.pk}"), 422, "validation-error")

    def test_are_listed_newest_first_without_asking_for_each(
        self, firm, door, kept, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(6):
            told = door.get(SENDERS).json()["data"]
        assert [each["label"] for each in told] == ["MARKA", factories.SENDER]

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_are_not_there_for_a_stranger(self, kept, method):
        stranger = doors.door(factories.tenant(credits=0, sender=""))
        is_problem(stranger.call(method, f"{SENDERS}/{kept.pk}"), 404, "not-found")
        assert stranger.get(SENDERS).json()["data"] == []
        assert SenderId.objects.filter(pk=kept.pk).exists()


class TestTheQueue:
    def test_shows_what_waits_and_pages_the_rest(self, staff, firm, kept):
        assert [each["label"] for each in staff.get(QUEUE).json()["data"]] == ["MARKA"]
        first = staff.get(QUEUE, status="all", per_page=1).json()
        assert (first["data"][0]["tenant"]["id"], first["meta"]["has_more"]) == (firm.pk, True)
        second = staff.get(QUEUE, status="all", per_page=1, cursor=first["meta"]["next_cursor"]).json()
        assert [each["label"] for each in second["data"]] == [factories.SENDER]
        assert staff.get(QUEUE, status="rejected").json()["data"] == []

    @pytest.mark.parametrize("query", [{"status": "banned"}, {"per_page": 101}, {"cursor": "x"}])
    def test_refuses_what_cannot_be_asked(self, staff, query):
        is_problem(staff.get(QUEUE, **query), 422, "validation-error", next(iter(query)))

    def test_approves_again_without_a_second_notice(self, staff, kept):
        told = [staff.post(f"{QUEUE}/{kept.pk}/approve").json()["data"] for _ in range(2)]
        assert told[0] == told[1]
        assert told[0]["status"] == "approved"

    def test_does_not_reject_twice(self, staff, kept):
        body = {"reject_reason": "Belge eksik."}
        assert staff.post(f"{QUEUE}/{kept.pk}/reject", body).status_code == 200
        is_problem(staff.post(f"{QUEUE}/{kept.pk}/reject", body), 409, "conflict")

    def test_does_not_let_one_approve_what_one_asked_for(self, staff, firm):
        own = approval.apply_for(by=Actor(firm, factories.reviewer(), acting=True), label="KENDI")
        is_problem(staff.post(f"{QUEUE}/{own.pk}/approve"), 403, "forbidden")

    @pytest.mark.parametrize(
        "body", [{}, {"reject_reason": None}, {"reject_reason": 5}, {"reject_reason": "x" * 501}]
    )
    def test_wants_a_reason(self, staff, kept, body):
        is_problem(staff.post(f"{QUEUE}/{kept.pk}/reject", body), 422, "validation-error", "reject_reason")

    @pytest.mark.parametrize("end", ["approve", "reject", "document"])
    def test_is_closed_to_firms(self, door, kept, end):
        method = "GET" if end == "document" else "POST"
        is_problem(door.call(method, f"{QUEUE}/{kept.pk}/{end}"), 403, "forbidden")


class TestTheDocument:
    def test_comes_to_be_saved_under_a_safe_name(self, staff, kept):
        answer = staff.get(f"{QUEUE}/{kept.pk}/document")
        assert answer.content == papers.pdf()
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Tescil%20%C5%9Eirket.pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "no-store"

    def test_that_is_not_there_is_a_problem(self, staff, firm):
        bare = SenderId.objects.of(firm).get()
        is_problem(staff.get(f"{QUEUE}/{bare.pk}/document"), 404, "not-found")


def test_whose_name_it_is_may_be_said_beside_the_contract(firm, door):
    answer = door.form(SENDERS, given(applicant="dealer", permit_until="2099-12-31"))
    assert answer.status_code == 201
    made = SenderId.objects.get(pk=answer.json()["data"]["id"])
    assert (made.applicant, str(made.permit_until)) == ("dealer", "2099-12-31")
    for bad in ({"applicant": "x"}, {"applicant": "dealer"}, {"permit_until": "31.12.2099"}):
        assert door.form(SENDERS, {**given(**bad), "label": "OTEKI"}).status_code == 422
