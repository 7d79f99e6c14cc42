"""One message: its story, its recipients, its cancellation, and how it is followed."""

import re
import time
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from billing import ledger
from gateways.base import Network, Report, Status
from messaging.sms import delivery, dispatch, panel_detail
from messaging.sms.models import Submission
from tenants.models import AuditEntry
from tests import factories
from tests.gateways import simulators
from tests.panel.conftest import compose, entered, htmx, page

SECOND = Submission.Lane.SMS


@pytest.fixture
def message(world):
    return factories.sent(world.firm, "05321110001", "05554440002", body="Merhaba")


@pytest.fixture
def scheduled(world):
    return factories.sent(world.firm, "05321110001", scheduled_at=timezone.now() + timedelta(hours=3))


def live(client, message, **query):
    return page(client.get(f"/mesajlar/{message.pk}/durum", query))


def test_the_page_shows_everything_about_a_message(operator, message):
    answer = page(operator.get(f"/mesajlar/{message.pk}"))
    for words in (
        f"#{message.pk}",
        "SMSMERKEZI",
        str(message.uuid),
        "Kuyrukta",
        "Kabul edildi",
        "2 alıcı",
        "Standart",
        "2 SMS",
        "Merhaba",
    ):
        assert words in answer


def test_numbers_are_masked(operator, message):
    answer = page(operator.get(f"/mesajlar/{message.pk}"))
    assert "0532 *** 00 01" in answer
    assert "111" not in re.sub(r"<[^>]*>", "", answer)


def test_a_look_at_the_numbers_is_audited_and_lasts_for_the_polling(operator, world, message):
    answer = page(htmx(operator, "post", f"/mesajlar/{message.pk}/numaralar"))
    assert "0532 111 00 01" in answer
    entry = AuditEntry.objects.of(world.firm).get(action="sms.numbers_shown")
    assert (entry.entity_id, entry.user_id, entry.meta) == (message.pk, world.operator.pk, {"recipients": 2})
    seen = re.search(r"gorme=([^\"&]+)", answer)[1]
    assert "0532 111 00 01" in live(operator, message, gorme=seen)
    assert "0532 111 00 01" not in page(operator.get(f"/mesajlar/{message.pk}"))
    assert AuditEntry.objects.of(world.firm).filter(action="sms.numbers_shown").count() == 1


def test_a_look_without_script_is_a_whole_page(operator, message):
    answer = page(operator.post(f"/mesajlar/{message.pk}/numaralar"))
    assert "<html" in answer
    assert "0532 111 00 01" in answer


@pytest.mark.parametrize("whose", ["somebody else's", "another message's", "forged"])
def test_a_look_cannot_be_borrowed(operator, world, message, whose):
    proofs = {
        "somebody else's": signing.dumps([message.pk, world.admin.pk], salt=panel_detail.SALT),
        "another message's": signing.dumps([message.pk + 1, world.operator.pk], salt=panel_detail.SALT),
        "forged": "abc:def:ghi",
    }
    assert "0532 111 00 01" not in live(operator, message, gorme=proofs[whose])


def test_a_viewer_has_no_button_for_the_numbers(viewer, message):
    assert "Numaraları göster" not in page(viewer.get(f"/mesajlar/{message.pk}"))


def test_an_open_message_is_asked_about_again(operator, message):
    answer = live(operator, message)
    assert 'hx-trigger="every 1s"' in answer
    assert f'hx-get="/mesajlar/{message.pk}/durum' in answer


@pytest.mark.parametrize(("age", "pace"), [(20, "1s"), (60, "3s"), (3600, "10s")])
def test_the_older_the_message_the_slower_the_questions(operator, message, age, pace):
    message.created_at = timezone.now() - timedelta(seconds=age)
    message.save(update_fields=["created_at"])
    assert f'hx-trigger="every {pace}"' in live(operator, message)


def test_a_message_far_from_its_time_is_asked_about_slowly(operator, scheduled):
    answer = live(operator, scheduled)
    assert 'hx-trigger="every 10s"' in answer
    assert "Zamanlandı" in answer
    assert "Gönderim zamanı" in answer


def test_recipients_come_in_pages(operator, world):
    factories.ledger.top_up(tenant=world.firm, credits=200, reference="more")
    message = factories.sent(world.firm, *(factories.number(n) for n in range(120)))
    first = page(operator.get(f"/mesajlar/{message.pk}"))
    after = re.search(r"alici=(\d+)\"[^>]*>Sonraki", first)[1]
    second = page(operator.get(f"/mesajlar/{message.pk}?alici={after}"))
    assert first.count('role="row"') == second.count('role="row"') == 51
    assert "İlk alıcılar" in second
    assert f"alici={after}" in live(operator, message, alici=after)
    assert "alici=0" in live(operator, message, alici="abc")


def test_a_scheduled_message_is_cancelled_after_a_question(operator, world, scheduled):
    question = page(operator.get(f"/mesajlar/{scheduled.pk}/iptal"))
    assert "1 kişiye gönderilmeyecek" in question
    assert htmx(operator, "get", f"/mesajlar/{scheduled.pk}/iptal").content.lstrip().startswith(b"<dialog")
    answer = operator.post(f"/mesajlar/{scheduled.pk}/iptal")
    assert answer["Location"] == f"/mesajlar/{scheduled.pk}"
    after = page(operator.get(answer["Location"]))
    assert "İptal edildi" in after
    assert "ayrılan kredi geri verildi" in after
    assert 'hx-trigger="every 1' not in after
    assert ledger.account_of(world.firm).available == 100


def test_cancelling_twice_is_told_in_words(operator, scheduled):
    operator.post(f"/mesajlar/{scheduled.pk}/iptal")
    answer = operator.post(f"/mesajlar/{scheduled.pk}/iptal")
    assert answer.status_code == 400
    assert "artık iptal edilemez" in page(answer)


@pytest.mark.parametrize("client", ["viewer"])
def test_who_may_not_cancel_sees_no_button(request, client, scheduled):
    assert "Gönderimi iptal et" not in page(request.getfixturevalue(client).get(f"/mesajlar/{scheduled.pk}"))


def test_a_message_of_a_gateway_that_is_gone_is_still_shown(operator, message):
    message.gateway = "eski"
    message.save(update_fields=["gateway"])
    assert "Merhaba" in page(operator.get(f"/mesajlar/{message.pk}"))


def test_a_message_of_the_api_names_its_source(operator, message):
    assert "API ·" in page(operator.get(f"/mesajlar/{message.pk}")).replace("\n", " ")


@pytest.mark.django_db(transaction=True)
def test_a_message_is_followed_to_its_end():
    """From the form to the operator and back, with the simulator as the operator."""
    with simulators.in_thread() as simulator:
        factories.gateway(url=simulator.url, default=True)
        firm = factories.tenant(credits=10)
        client = entered(factories.user(firm, role="operator"))
        path = client.post("/gonder", compose(recipients="05321110001\n05554440002"))["Location"]
        assert "Kuyrukta" in page(client.get(path))

        dispatch.drain(SECOND, linger=0)
        sent = page(client.get(path))
        assert "Operatöre iletildi" in sent
        assert 'hx-trigger="every 1s"' in sent

        reported = wait_for_reports(firm)
        assert reported == 2
        done = page(client.get(path))
        assert "Kısmen teslim" in done
        assert "0532 *** 00 01: Teslim edildi" in " ".join(done.split())
        assert "telefon kapalı, kapsama dışında" in done
        assert f'hx-get="{path}/durum' not in done


def wait_for_reports(firm, seconds=5):
    """The simulator's operator takes its time; how fast we ask must not matter."""
    ended, until = 0, time.monotonic() + seconds
    while ended < 2 and time.monotonic() < until:
        Submission.objects.filter(tenant_id=firm.pk).update(next_check_at=timezone.now())
        ended += delivery.pull()
        time.sleep(0.05)
    return ended


@pytest.mark.parametrize(
    ("network", "shown"),
    [(Network.TURKCELL, "Turkcell"), (Network.VIRTUAL, "Sabit veya sanal operatör"), (None, None)],
)
def test_a_recipients_operator_is_what_its_report_said(operator, world, network, shown):
    """Never what its prefix says: numbers move."""
    message = factories.sent(world.firm, factories.number(1))
    ref = message.submissions.get().client_ref.hex
    report = Report(status=Status.DELIVERED, msisdn=905300010001, client_ref=ref, network=network)
    assert delivery.apply(gateway="mock", reports=[report]) == 1
    answer = page(operator.get(f"/mesajlar/{message.pk}"))
    assert (shown in answer) if shown else "Turkcell" not in answer


def test_a_message_to_many_is_told_in_sums(operator, world):
    numbers = [factories.number(n) for n in range(8)]
    message = factories.sent(world.firm, *numbers)
    submission = message.submissions.get()
    Submission.objects.filter(pk=submission.pk).update(state=Submission.State.READY)
    delivery.apply(
        gateway="mock",
        reports=[
            Report(status=Status.DELIVERED, msisdn=int(number[1:]), client_ref=submission.client_ref.hex)
            for number in numbers
        ],
    )
    answer = " ".join(page(operator.get(f"/mesajlar/{message.pk}")).split())
    assert "<strong> Teslim edildi </strong>" in answer
    assert '<span class="detail"> 8 alıcı </span>' in answer
