"""#2 when all is well."""

from datetime import timedelta

import pytest

from billing import ledger
from gateways import accounts
from gateways.models import GatewayAccount
from messaging.sms.models import Message, Submission
from smsmerkezi.core import clock
from tenants.models import AuditEntry
from tests import factories
from tests.api.doors import sms

ONE, TWO, THREE = (factories.number(n) for n in (1, 2, 3))


def accepted(answer) -> dict:
    assert answer.status_code == 202, answer.content
    return answer.json()["data"]


def test_stores_the_message_holds_its_credit_and_writes_one_audit_entry(door, firm):
    said = accepted(door.send(ONE, TWO, body="ş" * 200, meta={"ref": "order-1"}))
    account = ledger.account_of(firm)
    assert (said["parts"], said["recipients_count"], account.reserved) == (2, 2, 4)
    message = Message.objects.get(pk=said["id"])
    assert (message.tenant_id, message.source, message.meta) == (firm.pk, "api", {"ref": "order-1"})
    entry = AuditEntry.objects.get(action="sms.send")
    assert (entry.entity_id, entry.meta) == (message.pk, {"recipients": 2, "meta": {"ref": "order-1"}})


@pytest.mark.parametrize(
    "spelling",
    ["+905300010001", "905300010001", "05300010001", "5300010001", "0090 530 001 00 01", "(0530) 001-00-01"],
)
def test_every_spelling_of_a_number_is_the_same_recipient(door, spelling):
    said = accepted(door.send("+905300010001", spelling))
    assert (said["recipients_count"], said["skipped_count"]) == (1, 0)


def test_a_number_abroad_is_a_recipient(door):
    assert accepted(door.send("+4915112345678"))["recipients_count"] == 1


def test_an_opted_out_number_is_skipped_and_not_charged(door, firm):
    factories.opt_out(firm, TWO)
    said = accepted(door.send(ONE, TWO, THREE))
    assert (said["recipients_count"], said["skipped_count"]) == (2, 1)
    assert ledger.account_of(firm).reserved == 2


def test_a_thousand_recipients_are_accepted(door, firm):
    numbers = [factories.number(n) for n in range(1000)]
    assert accepted(door.send(*numbers))["recipients_count"] == 1000
    assert ledger.account_of(firm).reserved == 1000


@pytest.mark.parametrize("length", [1, 1000])
def test_the_shortest_and_the_longest_text_are_accepted(door, length):
    assert accepted(door.send(body="a" * length))["body"] == "a" * length


def test_the_limit_counts_code_points_and_the_parts_count_utf16(door):
    said = accepted(door.send(body="😀" * 1000))
    assert (said["encoding"], said["parts"]) == ("UCS2", 31)  # 33 pairs fit into 67 units; none is split


def test_the_text_is_kept_as_it_came(door):
    text = "  İyi günler,\r\n\tğüşıöç <b>&amp;</b> {{7*7}} \u200b\u202e  "
    said = accepted(door.send(body=text))
    assert said["body"] == text
    assert door.get(f"/v1/sms/{said['id']}").json()["data"]["body"] == text


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_and_empty_mean_the_default(door, nothing):
    said = accepted(door.send(originator=nothing, gateway=nothing, scheduled_at=None, meta=None))
    assert (said["originator"], said["gateway"], said["scheduled_at"]) == ("SMSMERKEZI", "mock", None)


def test_unknown_members_are_ignored_and_never_applied(door, firm):
    other = factories.tenant()
    body = sms(
        ONE, tenant_id=other.pk, status="delivered", parts=0, id=1, kind=0, custom_id="x", source="panel"
    )
    message = Message.objects.get(pk=accepted(door.post("/v1/sms/send", body))["id"])
    assert (message.tenant_id, message.source, message.kind, message.custom_id) == (firm.pk, "api", 1, None)


def test_the_last_of_two_equal_members_counts(door):
    raw = b'{"body":"eski","body":"yeni","recipients":["%s"]}' % ONE.encode()
    assert accepted(door.call("POST", "/v1/sms/send", raw))["body"] == "yeni"


def test_the_media_type_may_have_parameters(door):
    answer = door.raw(
        "POST", "/v1/sms/send", b'{"body":"a","recipients":["%s"]}' % ONE.encode(),
        media="Application/JSON; charset=utf-8",
    )  # fmt: skip
    assert answer.status_code == 202


class TestScheduled:
    def test_is_echoed_in_utc_and_waits(self, door):
        moment = clock.now().replace(microsecond=0) + timedelta(hours=3)
        said = accepted(door.send(scheduled_at=clock.iso_istanbul(moment)))
        assert said["scheduled_at"] == clock.iso_utc(moment)
        assert Submission.objects.get().due_at == moment

    def test_without_an_offset_is_istanbul_time(self, door):
        moment = clock.now().replace(microsecond=0) + timedelta(days=1)
        said = accepted(door.send(scheduled_at=clock.iso_istanbul(moment).removesuffix("+03:00")))
        assert said["scheduled_at"] == clock.iso_utc(moment)

    @pytest.mark.parametrize("ahead", [timedelta(seconds=70), timedelta(days=365)])
    def test_may_be_a_minute_or_a_year_ahead(self, door, ahead):
        assert accepted(door.send(scheduled_at=clock.iso_utc(clock.now() + ahead)))["status"] == "queued"


def test_meta_may_hold_a_backslash_u(door):
    said = accepted(door.send(meta={"pattern": "\\u0000", "deep": [[[{"a": None}]]]}))
    assert Message.objects.get(pk=said["id"]).meta["pattern"] == "\\u0000"


def test_a_gateway_that_is_down_takes_messages(door, firm):
    factories.gateway("kobikom")
    GatewayAccount.objects.filter(slug="kobikom").update(state="down")
    accounts.forget()
    assert accepted(door.send(gateway="kobikom"))["gateway"] == "kobikom"


def test_the_callers_address_and_program_are_in_the_audit_entry(door, settings):
    settings.TRUSTED_PROXIES = 1
    door.headers |= {"X-Forwarded-For": "6.6.6.6, 2001:db8::1%eth0", "User-Agent": "crm/" + "x" * 400}
    accepted(door.send())
    entry = AuditEntry.objects.get(action="sms.send")
    assert (entry.ip, len(entry.user_agent)) == ("2001:db8::1", 255)


def test_an_address_that_is_none_is_left_out(door, settings):
    settings.TRUSTED_PROXIES = 1
    door.headers |= {"X-Forwarded-For": "' OR 1=1"}
    accepted(door.send())
    assert AuditEntry.objects.get(action="sms.send").ip is None
