"""Submissions in doubt: looked through by staff, decided once, with a reason and a name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import credit, ledger
from messaging.sms import admin_doubts, admin_parcels, delivery, invariants, reconcile
from messaging.sms.models import Attempt, Submission
from tenants.models import AuditEntry, User
from tests import factories
from tests.messaging.sms.fakes import QUIET
from tests.messaging.sms.world import World, numbers, only, pass_time

State = Submission.State
LIST = "/admin/sms/submission/"
VERBS = ("sent", "not-sent", "again")
WHY = "Sağlayıcı telefonda doğruladı."
GRACE = QUIET + 60
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    """A firm on a road that can say nothing."""
    found = World("D", usual="hang")
    yield found
    assert invariants.broken() == {}


@pytest.fixture
def doubted(world):
    """A message to two people, in doubt for longer than its gateway may need."""
    message = world.sent(*numbers(2), body="Gizli kampanya metni")
    pass_time(GRACE)
    return message


@pytest.fixture
def given_up(world, doubted):
    pass_time(5 * 86400, world)
    reconcile.run()
    assert only(doubted).state == State.UNRESOLVED
    return doubted


def page_of(message, verb: str = "change") -> str:
    return reverse(f"admin:sms_submission_{verb}", args=[only(message).pk])


def read(client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client, **query: str) -> list[int]:
    return [row.pk for row in client.get(LIST, query).context["cl"].result_list]


def decide(client, message, verb: str, reason: str = WHY):
    return client.post(page_of(message, verb), {"reason": reason})


def said_after(client, answer) -> str:
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).content.decode()


def offered(client, message) -> set[str]:
    page = read(client, page_of(message))
    return {verb for verb in VERBS if page_of(message, verb) in page}


# Looking


def test_the_list_says_whose_where_how_many_how_long_and_why(client, world, doubted):
    page = read(client, LIST)
    row = only(doubted)
    for expected in (
        f"#{row.pk}",
        str(world.firm),
        reverse("admin:sms_message_change", args=[doubted.pk]),
        world.operator.slug,
        "16 dk",
        "Belirsiz",
        "Yanıtı belirsiz: timeout",
    ):
        assert expected in page, expected
    found = client.get(LIST).context["cl"].lines()[0]["cells"]
    assert [cell.value for cell in found if cell.label in {"Alıcı", "Parça"}] == ["2", "1"]


def test_no_text_and_no_number_is_shown(client, doubted):
    digits = {str(recipient.msisdn) for recipient in factories.recipients(doubted)}
    for url in (LIST, page_of(doubted), *(page_of(doubted, verb) for verb in VERBS)):
        page = read(client, url)
        assert "Gizli kampanya" not in page
        assert not [number for number in digits if number in page or number[-7:] in page]


def test_what_is_young_is_not_listed_and_cannot_be_decided_from_its_page(client, world):
    young = world.sent(*numbers(1))
    assert listed(client) == []
    assert "Belirsiz gönderim yok." in read(client, LIST)
    assert offered(client, young) == set()
    assert "Bu paket henüz yeni" in read(client, page_of(young, "sent"))


def test_the_oldest_comes_first(client, world, doubted):
    later = world.sent(*numbers(1))
    pass_time(GRACE)
    assert listed(client) == [only(doubted).pk, only(later).pk]


def test_the_list_is_narrowed_by_firm_road_state_and_message(client, world, given_up):
    other = World("D", usual="hang")
    second = other.sent(*numbers(1))
    pass_time(GRACE)
    first, second_id = only(given_up).pk, only(second).pk
    assert listed(client, tenant=other.firm.slug) == [second_id]
    assert listed(client, gateway=world.operator.slug) == [first]
    assert listed(client, state=str(State.UNRESOLVED.value)) == [first]
    assert listed(client, state=str(State.UNKNOWN.value)) == [second_id]
    assert listed(client, message=str(second.pk)) == [second_id]
    assert listed(client, state=str(State.READY.value)) == []


def test_the_page_shows_the_attempts_with_their_road_and_what_is_at_stake(client, world, doubted):
    cells = {fact.label: str(fact.value) for fact in client.get(page_of(doubted)).context["facts"]}
    assert cells["Karara bağlı kredi"] == "2"
    assert cells["Referans"] == f"<code>{only(doubted).client_ref.hex}</code>"
    lines = client.get(page_of(doubted)).context["sections"][0].lines
    assert [(dict(line)["Sağlayıcı"], dict(line)["Sonuç"], dict(line)["Neden"]) for line in lines] == [
        (world.operator.slug, "Yanıtı belirsiz", "timeout")
    ]


def test_a_worker_that_died_left_no_word(client, doubted):
    Attempt.objects.filter(submission_id=only(doubted).pk).update(outcome="", reason="", ended_at=None)
    assert "Yanıt kaydı yok" in read(client, LIST)


def test_an_attempt_that_was_forgotten_is_a_dash(client, doubted):
    Attempt.objects.all().delete()
    row = client.get(LIST).context["cl"].lines()[0]["cells"]
    assert {cell.label: cell.value for cell in row}["Son deneme"] == "–"


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_look(state):
    assert admin_parcels.state_pill(Submission(state=state)).startswith('<span class="pill')


def test_the_list_asks_the_same_for_one_as_for_many(client, world, doubted):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(client, LIST)
        return len(seen)

    few = asked()
    for _ in range(4):
        World("D", usual="hang").sent(*numbers(1))
    pass_time(GRACE)
    assert len(listed(client)) == 5
    assert asked() == few


def test_the_first_page_counts_what_is_undecided_and_no_further_than_its_bound(
    client, world, doubted, monkeypatch
):
    def tile() -> list[str]:
        waiting = client.get("/admin/").context["waiting"]
        return [str(item.count) for item in waiting if item.text == "Belirsiz gönderim"]

    assert tile() == ["1"]
    for _ in range(2):
        world.sent(*numbers(1))
    pass_time(GRACE)
    monkeypatch.setattr(admin_doubts, "MOST", 2)
    assert tile() == ["2+"]
    for row in Submission.objects.all():
        client.post(reverse("admin:sms_submission_not-sent", args=[row.pk]), {"reason": WHY})
    assert tile() == ["0"]


# Deciding


def test_said_to_be_sent_it_is_charged_once_and_told(client, world, staff, doubted):
    page = read(client, page_of(doubted, "sent"))
    assert "2 alıcı gönderildi sayılır ve 2 SMS kredi harcanır." in page
    said = said_after(client, decide(client, doubted, "sent"))
    assert "2 alıcı gönderildi sayıldı." in said
    assert only(doubted).state == State.HANDED_OVER
    assert world.account() == (998, 0)
    entry = AuditEntry.objects.of(world.firm).get(action="sms.doubt-sent")
    assert (entry.user_id, entry.entity_id, entry.meta["reason"]) == (staff.pk, only(doubted).pk, WHY)
    assert WHY in said
    assert "Belirsiz paketi gönderildi saydı" in said


def test_said_not_to_be_sent_the_credit_comes_back(client, world, staff, doubted):
    page = read(client, page_of(doubted, "not-sent"))
    assert "ayrılan 2 SMS kredi firmaya geri verilir" in page
    assert "ücret ödememiş olur" in page
    said = said_after(client, decide(client, doubted, "not-sent"))
    assert "2 alıcı gönderilmedi sayıldı" in said
    assert world.account() == (1000, 0)
    assert AuditEntry.objects.of(world.firm).get(action="sms.doubt-not-sent").user_id == staff.pk


def test_whoever_sends_again_is_warned_and_it_leaves_once_more(client, world, staff, doubted):
    page = read(client, page_of(doubted, "again"))
    assert "alıcılar aynı mesajı ikinci kez alır" in page
    assert "2 alıcıya yeni bir istekle baştan gönderilir; 2 SMS kredi bir kez harcanır." in page
    world.operator.usual = "ok"
    assert "yeniden gönderim kuyruğunda" in said_after(client, decide(client, doubted, "again"))
    assert only(doubted).state == State.READY
    world.drain()
    assert (only(doubted).state, world.account()) == (State.HANDED_OVER, (998, 0))
    assert AuditEntry.objects.of(world.firm).get(action="sms.doubt-again").meta["reason"] == WHY


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", ["", "yok", "   x    ", "x" * 501])
def test_without_a_reason_nothing_is_decided(client, doubted, verb, reason):
    answer = decide(client, doubted, verb, reason)
    assert answer.status_code == 422
    assert 'id="id_reason_error"' in answer.content.decode()
    assert only(doubted).state == State.UNKNOWN
    assert not AuditEntry.objects.filter(action__startswith="sms.doubt").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_looking_at_a_decision_decides_nothing(client, doubted, verb):
    read(client, page_of(doubted, verb))
    assert only(doubted).state == State.UNKNOWN


@pytest.mark.parametrize("verb", VERBS)
def test_the_second_to_decide_sees_who_was_faster(client, doubted, verb):
    other = User.objects.create_superuser("ikinci@ornek.test", factories.PASSWORD, name="İkinci Kişi")
    first = Client()
    first.force_login(other)
    decide(first, doubted, "sent")
    answer = decide(client, doubted, verb)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Bu paket artık belirsiz değil." in page
    assert "Bu paket şu durumda: İletildi. Kararı İkinci Kişi verdi" in page
    assert AuditEntry.objects.filter(action__startswith="sms.doubt").count() == 1
    assert offered(client, doubted) == set()


def test_what_its_gateway_settled_names_nobody(client, doubted):
    Submission.objects.filter(pk=only(doubted).pk).update(state=State.HANDED_OVER)
    page = read(client, page_of(doubted, "sent"))
    assert "Bu paket şu durumda: İletildi." in page
    assert "Kararı" not in page
    Submission.objects.filter(pk=only(doubted).pk).update(state=State.UNKNOWN)


def test_what_was_given_up_cannot_be_said_not_to_be_sent(client, given_up):
    assert offered(client, given_up) == {"sent", "again"}
    assert "Çözülemedi" in read(client, page_of(given_up, "not-sent"))
    assert decide(client, given_up, "not-sent").status_code == 409


def test_what_was_given_up_takes_its_credit_again(client, world, given_up):
    assert "Kredisi geri verilmişti" in read(client, page_of(given_up, "sent"))
    decide(client, given_up, "sent")
    assert world.account() == (998, 0)


@pytest.mark.parametrize("verb", ["sent", "again"])
def test_a_firm_without_credit_cannot_take_up_what_was_given_up(client, world, by, given_up, verb):
    credit.correct(by=by, tenant_id=world.firm.pk, credits=-999, note="Boşaltıldı", reference="x")
    answer = decide(client, given_up, verb)
    assert answer.status_code == 422
    assert "Yetersiz bakiye. Mevcut: 1, Gereken: 2." in answer.content.decode()
    assert only(given_up).state == State.UNRESOLVED
    assert ledger.account_of(world.firm).balance == 1


def test_what_late_reports_have_told_of_has_nothing_left_to_decide(client, world, given_up):
    entry = world.operator.book[0]
    delivery.apply(gateway=world.operator.slug, reports=world.operator.reports_of(entry, by_ref=True))
    assert offered(client, given_up) == set()
    assert decide(client, given_up, "sent").status_code == 409


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_people_of_the_firm_itself_decide_nothing(world, doubted, role):
    browser = Client()
    browser.force_login(factories.user(world.firm, role=role))
    for verb in VERBS:
        answer = decide(browser, doubted, verb)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")
    assert only(doubted).state == State.UNKNOWN
    assert browser.get(LIST).status_code == 302


@pytest.mark.parametrize("wrong", ["999999999", "yok", "9" * 20, "-1"])
def test_a_submission_that_is_not_there_is_not_found(client, wrong):
    assert client.get(f"{LIST}{wrong}/change/").status_code == 404


def test_the_history_leads_to_the_trail(client, doubted):
    decide(client, doubted, "sent")
    answer = client.get(page_of(doubted, "history"), follow=True)
    assert "Belirsiz paketi gönderildi saydı" in answer.content.decode()
