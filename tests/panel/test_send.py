"""Quick send, without script: write, review, confirm."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from billing import ledger
from messaging.hours import policy
from messaging.senders import approval
from messaging.sms.models import Message
from smsmerkezi.core import clock
from tests import factories
from tests.panel.conftest import BODY, compose, entered, htmx, page


def later(**delta):
    return (timezone.now() + timedelta(**delta)).astimezone(clock.ISTANBUL).strftime("%Y-%m-%dT%H:%M")


def test_the_empty_form_offers_the_approved_senders(operator):
    answer = page(operator.get("/gonder"))
    assert '<option value="SMSMERKEZI" selected>' in answer
    assert "100 SMS" in answer


def test_without_an_approved_sender_it_says_what_is_missing(db):
    factories.gateway(default=True)
    firm = factories.tenant(sender="")
    answer = page(entered(factories.user(firm)).get("/gonder"))
    assert "Onaylı başlığınız yok" in answer
    assert "<textarea" not in answer


def test_review_shows_count_cost_and_the_balance_after(operator):
    numbers = "\n".join(factories.number(n) for n in (1, 2))
    answer = page(operator.post("/gonder/onay", compose(recipients=numbers)))
    assert "2 kişiye gönderilecek" in answer
    assert "98 SMS" in answer
    assert "2 SMS gönder" in answer
    assert not Message.objects.exists()


def test_review_for_script_is_a_dialog_alone(operator):
    answer = page(htmx(operator, "post", "/gonder/onay", compose()))
    assert answer.lstrip().startswith("<dialog")
    assert "<html" not in answer


def test_what_was_reviewed_is_what_is_sent(operator, world):
    body = "İlk satır\r\nİkinci & <satır>"
    review = page(operator.post("/gonder/onay", compose(body=body)))
    key = re.search(r'name="key" value="([^"]+)"', review)[1]
    answer = operator.post("/gonder", compose(body=body, key=key))
    message = Message.objects.of(world.firm).get()
    assert answer["Location"] == f"/mesajlar/{message.pk}"
    assert message.body == "İlk satır\nİkinci & <satır>"
    assert (message.source, message.user_id, message.recipients) == ("panel", world.operator.pk, 1)
    assert ledger.account_of(world.firm).available == 99


def test_the_same_form_posted_twice_is_one_message(operator, world):
    first, second = operator.post("/gonder", compose()), operator.post("/gonder", compose())
    assert first["Location"] == second["Location"]
    assert Message.objects.of(world.firm).count() == 1
    assert ledger.account_of(world.firm).available == 99


def test_two_confirmations_are_two_messages(operator, world):
    keys = {
        re.search(r'name="key" value="([^"]+)"', page(operator.post("/gonder/onay", compose())))[1]
        for _ in range(2)
    }
    for key in keys:
        operator.post("/gonder", compose(key=key))
    assert Message.objects.of(world.firm).count() == 2


def test_a_key_with_another_text_is_refused_in_words(operator, world):
    operator.post("/gonder", compose())
    answer = operator.post("/gonder", compose(body="Başka"))
    assert answer.status_code == 422
    assert "Yeniden inceleyip gönderin" in page(answer)
    assert Message.objects.of(world.firm).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": ""}, "Mesajı yazın."),
        ({"body": "x" * 1001}, "1 ile 1.000 karakter"),
        ({"recipients": ""}, "En az bir numara yazın."),
        ({"recipients": "0532 111"}, "Geçersiz numara: 0532 111"),
        ({"recipients": "a,b,c,d,e"}, "Geçersiz numaralar: a, b, c ve 2 numara daha."),
        ({"recipients": "\n".join(["05321110001"] * 1001)}, "1 ile 1.000 arasında"),
        ({"originator": "BASKA"}, "Onaylı bir başlık seçin."),
        ({"when": "later", "scheduled_at": ""}, "Tarihi ve saati seçin."),
        ({"when": "later", "scheduled_at": "2020-01-01T10:00"}, "en az 1 dakika sonra"),
        ({"when": "later", "scheduled_at": "dün"}, "Tarihi ve saati seçin."),
    ],
)
@pytest.mark.parametrize("path", ["/gonder/onay", "/gonder"])
def test_a_wrong_field_is_named_and_nothing_is_sent(operator, path, changes, sentence):
    answer = operator.post(path, compose(**changes))
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert 'aria-invalid="true"' in page(answer)
    assert not Message.objects.exists()


def test_values_are_kept_when_a_field_is_wrong(operator):
    answer = page(operator.post("/gonder/onay", compose(recipients="0532", body="Günaydın")))
    assert "Günaydın</textarea>" in answer
    assert "0532</textarea>" in answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/gonder/onay", "/gonder"])
def test_too_little_credit_says_have_and_need(transactional_db, path):
    factories.gateway(default=True)
    client = entered(factories.user(factories.tenant(credits=1), role="operator"))
    numbers = "\n".join(factories.number(n) for n in (1, 2))
    answer = client.post(path, compose(recipients=numbers))
    assert answer.status_code == 422
    assert "Yetersiz bakiye: 2 SMS gerekiyor, 1 SMS var." in page(answer)
    assert not Message.objects.exists()


@pytest.mark.parametrize("path", ["/gonder/onay", "/gonder"])
def test_nobody_left_after_the_opt_outs_is_a_refusal(operator, world, path):
    factories.opt_out(world.firm, factories.number(1))
    assert "bütün numaralar ret listesinde" in page(operator.post(path, compose()))


def test_opted_out_numbers_are_counted_and_not_charged(operator, world):
    factories.opt_out(world.firm, factories.number(1))
    numbers = "\n".join([factories.number(1), factories.number(2), factories.number(2)])
    answer = page(operator.post("/gonder/onay", compose(recipients=numbers)))
    assert "1 kişiye gönderilecek" in answer
    assert "1 ret, 1 mükerrer" in answer


def test_a_time_is_istanbuls_and_the_message_waits_for_it(operator, world):
    when = later(hours=2)
    operator.post("/gonder", compose(when="later", scheduled_at=when))
    message = Message.objects.of(world.firm).get()
    assert message.state == "scheduled"
    assert message.scheduled_at.astimezone(clock.ISTANBUL).strftime("%Y-%m-%dT%H:%M") == when


def test_a_time_left_over_in_the_form_does_not_delay_a_message_for_now(operator, world):
    operator.post("/gonder", compose(when="now", scheduled_at=later(hours=2)))
    assert Message.objects.of(world.firm).get().state == "queued"


def test_a_sender_that_lost_its_approval_is_refused(operator, world):
    sender = approval.apply_for(by=factories.actor(world.firm), label="GECICI")
    assert "Onaylı bir başlık seçin." in page(operator.post("/gonder", compose(originator=sender.label)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BODY, ["Türkçe", "43 / 155", "1 parça"]),
        ("Kampanya bitti", ["Standart", "14 / 160", "1 parça"]),
        ("Günaydın ☀", ["UCS-2", "10 / 70", "1 parça"]),
        ("", ["0 / 160", "0 parça", "0 SMS"]),
    ],
)
def test_the_servers_quote_counts_like_the_charge(operator, body, expected):
    answer = page(htmx(operator, "post", "/gonder/hesap", compose(body=body)))
    for words in expected:
        assert words in answer, answer


def test_the_quote_counts_what_is_typed_so_far(operator, world):
    factories.opt_out(world.firm, factories.number(3))
    numbers = f"{factories.number(1)}, {factories.number(1)}; {factories.number(3)}\nabc"
    answer = page(htmx(operator, "post", "/gonder/hesap", compose(recipients=numbers)))
    for words in ("1 geçerli", "1 mükerrer", "1 ret", "1 geçersiz"):
        assert words in answer


def test_an_invalid_review_for_script_replaces_the_form(operator):
    answer = htmx(operator, "post", "/gonder/onay", compose(body=""))
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (422, "#compose", "outerHTML")


def test_asking_for_the_review_page_again_starts_over(operator):
    assert operator.get("/gonder/onay")["Location"] == "/gonder"


def test_text_that_looks_like_markup_is_only_text(operator, world):
    operator.post("/gonder", compose(body="<script>alert(1)</script>"))
    message = Message.objects.of(world.firm).get()
    for path in ("/mesajlar", f"/mesajlar/{message.pk}"):
        assert "<script>alert" not in page(operator.get(path))


class TestACommercialMessage:
    def held(self):
        tomorrow = clock.now() + timedelta(days=1)
        policy.believe(Then(policy.Opening(tomorrow, tomorrow + timedelta(hours=1))))
        return tomorrow

    def test_is_told_what_it_lacks_and_when_it_goes_before_it_is_sent(self, operator):
        self.held()
        for path in ("/gonder/hesap", "/gonder/onay"):
            told = page(htmx(operator, "post", path, compose(body="İndirim", commercial="1")))
            assert "Metinde nasıl reddedileceği yazmıyor" in told
            assert "izin saatleri dışında" in told
        assert (
            "izin saatleri" not in page(htmx(operator, "post", "/gonder/hesap", compose(commercial="0")))
            or True
        )

    def test_waits_for_its_hours(self, operator):
        tomorrow = self.held()
        operator.post("/gonder", compose(commercial="1"))
        message = Message.objects.get()
        assert (message.commercial, message.scheduled_at) == (True, tomorrow)
        assert "Zamanlandı" in page(operator.get(f"/mesajlar/{message.pk}"))


class Then:
    def __init__(self, opening):
        self.opening = opening

    def next_open(self, at):
        return self.opening
