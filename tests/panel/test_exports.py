"""Dışa aktarımlar: any list as a file, without formulas, masked for whom it must be, kept for a week."""

import io

import openpyxl
import pytest

from gateways.base import Status
from messaging.contacts import book, optouts
from messaging.files.models import Job
from messaging.reports import exporting, rollup, writers
from messaging.reports import table as report_table
from smsmerkezi import queues
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories
from tests.api import lives
from tests.panel.conftest import entered, page


@pytest.fixture
def admin(world):
    return entered(world.admin)


@pytest.fixture
def people(world):
    by = factories.actor(world.firm)
    for number, name in (("5300000001", "Ayşe"), ("5300000002", "=1+1")):
        book.create(by=by, details=book.Details(msisdn=number, name=name))


def work():
    queues.LOOKS["files"]()


def exported(browser, table, form="csv", **asked):
    assert (
        browser.post("/disa-aktarimlar/yeni", {"table": table, "format": form, **asked}).url
        == "/disa-aktarimlar"
    )
    work()
    return f"/disa-aktarimlar/{Job.objects.latest('pk').pk}"


def content(answer):
    return b"".join(answer.streaming_content)


def table(browser, path):
    return [line.split(";") for line in content(browser.get(path)).decode("utf-8-sig").splitlines()]


def test_a_list_is_taken_along_as_csv(admin, people):
    answer = admin.get(exported(admin, "contacts"))
    assert answer["Content-Disposition"].startswith('attachment; filename="contacts-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    rows = [line.split(";") for line in content(answer).decode("utf-8-sig").splitlines()]
    assert [row[:2] for row in rows] == [
        ["Numara", "Ad"],
        ["0530 000 00 01", "Ayşe"],
        ["0530 000 00 02", "'=1+1"],
    ]


def test_or_as_a_sheet_of_excel_without_formulas(admin, people):
    book_ = openpyxl.load_workbook(io.BytesIO(content(admin.get(exported(admin, "contacts", "xlsx")))))
    cells = [[cell.value for cell in row[:2]] for row in book_.active.iter_rows()]
    assert cells[2] == ["0530 000 00 02", "=1+1"]
    assert book_.active["B3"].data_type == "s"


def test_numbers_are_masked_for_whom_they_must_be(operator, people):
    assert table(operator, exported(operator, "contacts"))[1][0] == "0530 *** 00 01"


def test_what_holds_whole_numbers_is_not_for_everybody(admin, operator, people):
    path = exported(admin, "contacts")
    assert admin.get(path).status_code == 200
    assert operator.get(path).status_code == 404


def test_the_filters_of_the_list_hold(world, admin, people):
    assert len(table(admin, exported(admin, "contacts", search="ayş"))) == 2
    factories.sent(world.firm, "05301112233", body="Randevu")
    factories.sent(world.firm, "05301112244", body="Kargo")
    rows = table(admin, exported(admin, "messages", text="randevu", first="2020-01-01"))
    assert [row[3] for row in rows] == ["Mesaj", "Randevu"]
    optouts.add(by=factories.actor(world.firm), numbers=["05301112233"], note="fuar")
    assert table(admin, exported(admin, "optouts", source="panel"))[1][2:] == ["Panel", "fuar"]
    assert len(table(admin, exported(admin, "optouts"))) == 2
    assert len(table(admin, exported(admin, "optouts", source="iys"))) == 1


def test_a_long_list_is_read_step_by_step_and_begun_anew(world, admin, monkeypatch):
    monkeypatch.setattr(report_table, "AT_ONCE", 2)
    by = factories.actor(world.firm)
    for n in range(5):
        book.create(by=by, details=book.Details(msisdn=f"530000000{n}"))
    admin.post("/disa-aktarimlar/yeni", {"table": "contacts"})
    job = Job.objects.get()
    dead = exporting.Export(job)
    assert dead.step()
    assert dead.step()
    work()
    job.refresh_from_db()
    assert (job.done, job.state) == (5, "done")
    assert len(table(admin, f"/disa-aktarimlar/{job.pk}")) == 6


def test_a_sheet_that_is_full_says_so(admin, people, monkeypatch):
    monkeypatch.setattr(writers, "SHEET", 1)
    exported(admin, "contacts", "xlsx")
    assert "Excel sayfasına bu kadar satır sığmaz" in page(admin.get("/disa-aktarimlar"))


def test_the_page_shows_how_far_each_is(admin, people):
    assert "Henüz dışa aktarım yok" in page(admin.get("/disa-aktarimlar"))
    admin.post("/disa-aktarimlar/yeni", {"table": "contacts"})
    waiting = page(admin.get("/disa-aktarimlar", headers={"X-Poll": "1"}))
    assert "Hazırlanıyor" in waiting
    assert "every 2s" in waiting
    work()
    assert "every" not in page(admin.get("/disa-aktarimlar", headers={"X-Poll": "1"}))
    Job.objects.get().result.delete()
    assert "Süresi doldu" in page(admin.get("/disa-aktarimlar"))
    assert admin.get(f"/disa-aktarimlar/{Job.objects.get().pk}").status_code == 404


def test_it_is_written_in_the_trail(admin, people):
    exported(admin, "contacts")
    assert AuditEntry.objects.get(action="export.started").meta == {"table": "contacts", "format": "csv"}


@pytest.mark.parametrize(("name", "form"), [("x", "csv"), ("contacts", "pdf")])
def test_what_is_no_list_is_refused(admin, name, form):
    assert admin.post("/disa-aktarimlar/yeni", {"table": name, "format": form}).status_code == 400
    assert not Job.objects.exists()


def test_is_for_operators_of_the_firm(world, viewer, admin, stranger, people):
    assert viewer.get("/disa-aktarimlar").status_code == 403
    assert viewer.post("/disa-aktarimlar/yeni", {"table": "contacts"}).status_code == 403
    assert "disa-aktarimlar" not in page(viewer.get("/kisiler"))
    with pytest.raises(Forbidden):
        exporting.start(by=factories.actor(world.firm, role="viewer"), table="contacts", form="csv", asked={})
    assert stranger.get(exported(admin, "contacts")).status_code == 404


def test_the_recipients_of_a_message_are_taken_along_with_what_became_of_them(
    world, admin, operator, stranger
):
    message = lives.ended(world.firm, Status.DELIVERED, Status.UNDELIVERED)
    rows = table(admin, exported(admin, "recipients", message=message.pk))
    assert [row[1] for row in rows] == ["Durum", "Teslim edildi", "Teslim edilemedi"]
    assert rows[1][0].startswith("05")
    missed = table(operator, exported(operator, "recipients", message=message.pk, missed="1"))
    assert [row[1] for row in missed[1:]] == ["Teslim edilemedi"]
    assert "***" in missed[1][0]
    refused = stranger.post("/disa-aktarimlar/yeni", {"table": "recipients", "message": message.pk})
    assert refused.status_code == 404
    shown = page(operator.get(f"/mesajlar/{message.pk}"))
    assert f'name="message" value="{message.pk}"' in shown


def test_many_recipients_are_read_step_by_step(world, admin, monkeypatch):
    monkeypatch.setattr(report_table, "AT_ONCE", 2)
    message = factories.sent(world.firm, *(factories.number(n) for n in range(5)))
    assert len(table(admin, exported(admin, "recipients", message=message.pk))) == 6


def test_the_trail_is_for_administrators(world, admin, operator):
    factories.sent(world.firm)
    assert operator.post("/disa-aktarimlar/yeni", {"table": "trail"}).status_code == 403
    rows = table(admin, exported(admin, "trail", action="sms.send"))
    assert [row[3] for row in rows] == ["Eylem", "Mesaj gönderdi"]
    refused = admin.post("/disa-aktarimlar/yeni", {"table": "trail", "first": "2026-13-01"})
    assert refused.status_code == 400
    assert 'name="table" value="trail"' in page(admin.get("/denetim"))


def test_a_report_is_taken_along_by_day(world, admin):
    factories.sent(world.firm)
    rollup.refresh()
    rows = table(admin, exported(admin, "days"))
    assert rows[0][:3] == ["Gün", "Mesaj", "Alıcı"]
    assert len(rows) == 32
    assert rows[-1][1:3] == ["1", "1"]
    assert 'name="table" value="days"' in page(admin.get("/raporlar"))
