"""Lists of any length: nothing is counted, filters without an index look at the newest rows, bad input narrows to nothing."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.contacts.models import OptOut, PlatformOptOut
from messaging.sms.models import Message
from smsmerkezi.backoffice import pages
from tenants.actors import Actor
from tests import factories

LISTS = [reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry]
MESSAGES = "/admin/sms/message/"


def statements(client, url: str, **query: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url, query).status_code == 200
    return [query["sql"] for query in seen]


def test_no_list_counts_its_table(client, platform):
    for url in LISTS:
        for query in ({}, {"q": platform.firm.slug}, {"p": "2"}):
            counted = [sql for sql in statements(client, url, **query) if "COUNT(" in sql.upper()]
            assert counted == [], url


def test_a_list_asks_the_same_whatever_its_length(client, platform):
    """No query for each row."""
    few = {url: len(statements(client, url)) for url in LISTS}
    for n in range(4):
        firm = factories.tenant()
        factories.token(factories.user(firm))
        factories.opt_out(firm, factories.number(n))
        factories.sent(firm, factories.number(n + 50), originator=factories.SENDER)
    assert {url: len(statements(client, url)) for url in LISTS} == few


def test_pages_follow_each_other_without_gap_or_repeat(client, platform, monkeypatch):
    model_admin = admin.site.get_model_admin(Message)
    monkeypatch.setattr(model_admin, "list_per_page", 2)
    for n in range(4):
        factories.sent(platform.firm, factories.number(n), originator=factories.SENDER)
    seen = []
    for page in ("1", "2", "3"):
        rows = client.get(MESSAGES, {"p": page}).context["cl"]
        seen += [row.pk for row in rows.result_list]
        assert bool(rows.older) is (page != "3")
        assert bool(rows.newer) is (page != "1")
    assert seen == sorted(Message.objects.values_list("pk", flat=True), reverse=True)


@pytest.mark.parametrize("page", ["0", "-3", "x", "999999999", "1.5", ""])
def test_a_page_that_is_none_is_no_failure(client, platform, page):
    assert client.get(MESSAGES, {"p": page}).status_code == 200


def test_filters_without_an_index_look_at_the_newest_rows(client, platform, monkeypatch):
    factories.sent(platform.firm, factories.number(9), originator=factories.SENDER)
    both = client.get(MESSAGES, {"state": "queued"}).context["cl"].result_list
    monkeypatch.setattr(pages, "LOOK_AT", 1)
    newest = client.get(MESSAGES, {"state": "queued"}).context["cl"].result_list
    assert (len(both), len(newest)) == (2, 1)
    assert len(client.get(MESSAGES, {"tenant": platform.firm.slug}).context["cl"].result_list) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"state": "yok"},
        {"tenant": "yok"},
        {"tenant": "\0"},
        {"message": "abc"},
        {"message": "9" * 40},
        {"message": "²"},
        {"kind": "'; DROP TABLE"},
        {"gateway": "x" * 5000},
    ],
)
def test_a_filter_that_fits_nothing_shows_nothing(client, platform, query):
    answer = client.get(MESSAGES, query)
    assert answer.status_code == 200
    assert "Süzgece uyan kayıt yok" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["bilinmeyen=1", "body__icontains=kod", "o=3.2", "all=", "_popup=1", "q=%00"]
)
def test_what_no_filter_knows_is_no_failure_and_finds_nothing_out(client, platform, query):
    for url in LISTS:
        assert client.get(f"{url}?{query}", follow=True).status_code in {200, 400}


def test_no_list_can_be_narrowed_by_a_secret(client, platform):
    for field in ("secret_hash__startswith", "user__password__startswith", "body__contains", "credentials"):
        for url in LISTS:
            assert client.get(url, {field: "a"}).status_code == 400, url


def test_a_message_is_found_by_its_number_and_firm(client, platform):
    other = factories.sent(factories.tenant(), factories.number(8), originator=factories.SENDER)
    found = client.get(MESSAGES, {"message": f"#{other.pk}"}).context["cl"].result_list
    assert [row.pk for row in found] == [other.pk]
    found = client.get(MESSAGES, {"tenant": platform.firm.slug}).context["cl"].result_list
    assert [row.pk for row in found] == [platform.message.pk]


def test_the_text_of_an_otp_is_never_shown(client, platform):
    otp = factories.sent(
        platform.firm,
        factories.number(4),
        body="Kodunuz 481516",
        originator=factories.SENDER,
        kind=Message.Kind.OTP,
    )
    for url in (MESSAGES, reverse("admin:sms_message_change", args=[otp.pk])):
        page = client.get(url).content.decode()
        assert "481516" not in page
        assert "Doğrulama kodu gizlidir." in page


def test_a_messages_page_shows_parcels_and_no_recipient(client, platform):
    url = reverse("admin:sms_message_change", args=[platform.message.pk])
    said = statements(client, url)
    assert not [sql for sql in said if "sms_recipient" in sql]
    page = client.get(url).content.decode()
    assert "Gönderim paketleri" in page
    assert "Merhaba dünya" in page
    assert f"#{platform.message.submissions.get().pk}" in page


def test_numbers_of_the_opt_out_list_are_masked(client, platform):
    row = OptOut.objects.of(platform.firm).get()
    for url in ("/admin/contacts/optout/", reverse("admin:contacts_optout_change", args=[row.pk])):
        page = client.get(url).content.decode()
        assert str(row.msisdn) not in page
        assert "*** 43 21" in page
    whole = factories.number(7, fate="4321")
    assert len(client.get("/admin/contacts/optout/", {"number": whole}).context["cl"].result_list) == 1
    assert not client.get("/admin/contacts/optout/", {"number": "0555"}).context["cl"].result_list


def test_the_trail_names_people_and_acts(client, platform, staff):
    page = client.get("/admin/tenants/auditentry/", {"tenant": platform.firm.slug}).content.decode()
    assert "Başlık başvurusu yaptı" in page
    assert platform.admin.name in page


def test_the_trail_is_narrowed_by_act_person_and_thing(client, platform):
    other = factories.user(factories.tenant())
    factories.token(other)
    rows = client.get("/admin/tenants/auditentry/", {"action": "token.created", "user": str(other.pk)})
    assert [row.user_id for row in rows.context["cl"].result_list] == [other.pk]
    query = {"entity": "SenderId", "entity_id": str(platform.waiting.pk)}
    rows = client.get("/admin/tenants/auditentry/", query).context["cl"].result_list
    assert {row.action for row in rows} == {"sender_id.created"}


def test_a_database_that_is_away_is_told_as_such(client, platform, monkeypatch):
    model_admin = admin.site.get_model_admin(Message)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
    monkeypatch.setattr(
        type(model_admin),
        "completed",
        lambda self, rows: list(Message.objects.extra(where=["pg_sleep(1) IS NULL"])),
    )
    assert client.get(MESSAGES).status_code == 503


def test_the_actor_carries_address_and_browser(client, platform):
    client.post(
        reverse("admin:senders_senderid_approve", args=[platform.waiting.pk]),
        headers={"User-Agent": "Deneme"},
    )
    answer = client.post(
        reverse("admin:tenants_user_password", args=[platform.admin.pk]),
        {"password": "yeterince-uzun-parola"},
        headers={"User-Agent": "Deneme"},
    )
    assert answer.status_code == 302
    rows = client.get("/admin/tenants/auditentry/", {"action": "user.password-set"}).context["cl"].result_list
    assert [(row.ip, row.user_agent) for row in rows] == [("127.0.0.1", "Deneme")]
    assert Actor(None).role == ""


class TestThePlatformSOptOuts:
    LIST = "/admin/contacts/platformoptout/"

    def test_are_added_by_lines_with_masked_numbers(self, client, platform):
        answer = client.post(
            reverse("admin:contacts_platformoptout_create"),
            {"numbers": "05300990001\n\n0530 099 00 01", "note": "karar"},
        )
        assert answer.status_code == 302
        shown = client.get(self.LIST).content.decode()
        assert "0530 *** 00 01" in shown
        assert "05300990001" not in shown
        assert "karar" in shown

    def test_say_what_is_no_number(self, client, platform):
        answer = client.post(reverse("admin:contacts_platformoptout_create"), {"numbers": "12"})
        assert "geçersiz" in answer.content.decode()
        assert PlatformOptOut.objects.count() == 1

    def test_are_left_with_a_reason(self, client, platform):
        row = PlatformOptOut.objects.get()
        url = reverse("admin:contacts_platformoptout_remove", args=[row.pk])
        assert client.post(url, {"reason": "x"}).status_code != 302
        assert client.post(url, {"reason": "karar kalktı"}).status_code == 302
        assert not PlatformOptOut.objects.exists()
