"""How the roads do: figures of real rows, on one screen that keeps itself fresh."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gateways import accounts, circuit, health
from gateways.base import Accepted, NotSent, Refused, Report, Status, Unknown
from gateways.models import Circuit, GatewayAccount, Minute
from messaging.sms import vitals
from messaging.sms.models import Message
from messaging.sms.store import backlog, held
from tests import factories
from tests.messaging.sms.world import World, numbers, pass_time

PAGE, LIVE = "/admin/health/", "/admin/health/live/"


@pytest.fixture(autouse=True)
def _fresh_circuits():
    circuit.forget()
    yield
    circuit.forget()


@pytest.fixture
def account(staff):
    return factories.gateway(default=True)


def read(client, url: str = PAGE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def card(client, slug: str = "mock"):
    return next(each for each in client.get(PAGE).context["cards"] if each.account.slug == slug)


def figures(client, slug: str = "mock") -> dict[str, tuple[str, str]]:
    return {figure.label: (figure.short, figure.long) for figure in card(client, slug).figures}


def facts(client, slug: str = "mock") -> dict[str, str]:
    return {fact.label: fact.value for fact in card(client, slug).facts}


def tiles(client) -> dict[str, str]:
    return {tile.label: tile.value for tile in client.get(PAGE).context["tiles"]}


def happened(slug: str = "mock", **ends: int) -> None:
    """Twenty exchanges, one of them without an answer, and reports."""
    tally = health.Tally()
    for n in range(17):
        tally.exchanged(slug, Accepted(str(n)), 0.3)
    for outcome in (Refused("x"), NotSent("x"), Unknown("x")):
        tally.exchanged(slug, outcome, 0.3)
    tally.reported(slug, **({"delivered": 18, "undelivered": 2, "slow": 9} | ends))
    tally.write(now=True)


# Figures


def test_shares_counts_and_delays_are_those_of_the_rows(client, account):
    happened()
    assert {label: short for label, (short, _) in figures(client).items()} == {
        "Başarı": "%90,0",
        "Deneme": "20",
        "Belirsiz": "1",
        "Yanıt, p95": "≤ 0,4 sn",
        "Teslim": "%90,0",
        "Geç teslim": "%50,0",
    }
    page = read(client)
    assert "%90,0" in page
    assert "≤ 0,4 sn" in page


def test_the_last_hour_is_more_than_the_last_five_minutes(client, account):
    happened()
    before = timezone.now() - timedelta(minutes=30)
    Minute.objects.create(
        gateway="mock", minute=before, accepted=80, unknown=20, latencies=[0] * 9 + [100], delivered=10
    )
    told = figures(client)
    assert told["Deneme"] == ("20", "120")
    assert told["Belirsiz"] == ("1", "21")
    assert told["Başarı"] == ("%90,0", "%81,7")
    assert told["Yanıt, p95"] == ("≤ 0,4 sn", "> 12,8 sn")
    assert told["Teslim"] == ("%90,0", "%93,3")


def test_what_is_older_than_an_hour_is_not_told(client, account):
    Minute.objects.create(
        gateway="mock", minute=timezone.now() - timedelta(minutes=70), accepted=5, latencies=[5] + [0] * 9
    )
    assert figures(client)["Deneme"] == ("0", "0")
    assert "Son bir saatte deneme yok." in read(client)


def test_without_exchanges_there_are_dashes_and_no_chart(client, account):
    assert figures(client) == {
        "Başarı": ("–", "–"),
        "Deneme": ("0", "0"),
        "Belirsiz": ("0", "0"),
        "Yanıt, p95": ("–", "–"),
        "Teslim": ("–", "–"),
        "Geç teslim": ("–", "–"),
    }
    assert "sparkline" not in read(client)


def test_too_few_deliveries_say_nothing_of_slowness(client, account):
    happened(delivered=9, slow=9)
    assert figures(client)["Geç teslim"] == ("–", "–")


def test_the_chart_says_its_sum_and_its_peak_and_stands_as_a_table_too(client, account):
    base = timezone.now().replace(second=0, microsecond=0)
    for back, count in ((40, 5), (10, 1200)):
        Minute.objects.create(
            gateway="mock", minute=base - timedelta(minutes=back), accepted=count, latencies=[count] + [0] * 9
        )
    found = card(client)
    assert len(found.road.line) == 60
    peak = (base - timedelta(minutes=10)).astimezone(timezone.get_fixed_timezone(180))
    said = f"Son bir saatte 1.205 deneme; en yoğun dakika {peak:%H:%M}: 1.200"
    page = read(client)
    assert f'role="img" aria-label="{said}"' in page
    assert f'<figcaption class="small muted">{said}</figcaption>' in page
    assert [count for _, count in found.busy] == ["1.200", "5"]
    assert f'<th scope="row">{peak:%H:%M}</th>' in page


# Queues, doubts, reports


def test_what_is_due_is_told_by_lane_and_by_its_oldest(client, account):
    firm = factories.tenant()
    for n in range(2):
        factories.sent(firm, factories.number(n))
    factories.sent(firm, factories.number(9), kind=Message.Kind.OTP)
    factories.sent(firm, factories.number(8), scheduled_at=timezone.now() + timedelta(hours=2))
    told = facts(client)
    assert told["Kuyruk OTP/SMS/Toplu"] == "1 / 2 / 0"
    assert told["En eski vade"] != "–"
    assert tiles(client)["Kuyrukta bekleyen paket"] == "3"


def test_a_long_queue_is_counted_to_its_bound(client, account, monkeypatch):
    monkeypatch.setattr(backlog, "MOST", 1)
    firm = factories.tenant()
    for n in range(3):
        factories.sent(firm, factories.number(n))
    assert facts(client)["Kuyruk OTP/SMS/Toplu"] == "0 / 1+ / 0"
    assert tiles(client)["Kuyrukta bekleyen paket"] == "1+"


def test_reports_that_wait_are_told_by_road_and_together(client, account):
    factories.gateway("iki")
    report = Report(status=Status.DELIVERED, msisdn=905551112233, provider_id="x")
    held.keep(gateway="mock", reports=[report] * 2)
    held.keep(gateway="iki", reports=[report])
    assert (facts(client)["Bekleyen rapor"], facts(client, "iki")["Bekleyen rapor"]) == ("2", "1")
    assert tiles(client)["Bekleyen rapor"] == "3"


@pytest.mark.django_db(transaction=True)
def test_doubts_are_told_with_their_age_and_lead_to_their_list(client):
    world = World("D", usual="hang")
    for _ in range(2):
        world.sent(*numbers(1))
    pass_time(3 * 3600)
    slug = world.operator.slug
    fact = next(fact for fact in card(client, slug).facts if "Belirsiz" in fact.label)
    assert fact.value == "2 · 3 sa 0 dk"
    assert [row.gateway for row in client.get(fact.url).context["cl"].result_list] == [slug] * 2
    assert tiles(client)["Belirsiz paket"] == "2"
    assert tiles(client)["En eski belirsizlik"] == "3 sa 0 dk"


def test_without_doubts_there_is_no_age(client, account):
    assert tiles(client)["En eski belirsizlik"] == "–"
    assert facts(client)["Belirsiz paket"] == "0"


# States


def resting(account, **fields) -> None:
    now = timezone.now()
    Circuit.objects.create(
        account=account,
        **{"since": now - timedelta(minutes=3), "reason": "quota", "open_until": now + timedelta(minutes=7)}
        | fields,
    )


def test_a_rest_is_told_with_reason_since_and_until(client, account):
    resting(account)
    assert "3 dk önce dinlenmeye alındı: quota. 7 dk sonra yeniden denenecek." in read(client)
    assert "Dinleniyor" in read(client)
    assert client.get(PAGE).context["trouble"] == "1 hat dinleniyor."


def test_a_road_on_trial_is_told_so(client, account):
    resting(account, open_until=timezone.now() - timedelta(seconds=1))
    assert "Şimdi birer birer deneniyor." in read(client)
    assert client.get(PAGE).context["trouble"] == "1 hat deneniyor."


def test_a_road_that_needs_staff_is_told_first(client, account):
    resting(account, needs_staff=True)
    resting(factories.gateway("iki"))
    for slug, state in (("uc", "down"), ("dort", "degraded"), ("bes", "disabled")):
        GatewayAccount.objects.filter(pk=factories.gateway(slug).pk).update(state=state)
    page = read(client)
    assert "1 hat müdahale bekliyor, 1 hat kesik, 1 hat dinleniyor, 1 hat sorunlu." in page
    for word in ("Müdahale gerekiyor", "Kesik", "Sorunlu", "Kapalı"):
        assert word in page


def test_while_all_is_well_it_says_so(client, account):
    page = read(client)
    assert "Bütün hatlar sorunsuz." in page
    assert 'class="note ok"' in page


def test_an_account_says_whose_it_is_and_with_whom_it_shares(client, account):
    firm = factories.tenant(credits=0, sender="")
    own = factories.gateway("benim")
    GatewayAccount.objects.filter(pk=own.pk).update(owner=firm.pk)
    GatewayAccount.objects.filter(pk=account.pk).update(pool="yurtici", weight=70)
    accounts.forget()
    page = read(client)
    assert f"· {firm}" in page
    assert "Havuz <code>yurtici</code>, pay 70" in page
    assert page.index('id="hat-mock"') < page.index('id="hat-benim"')
    assert reverse("admin:gateways_gatewayaccount_change", args=[own.pk]) in page


def test_without_accounts_the_screen_says_what_to_do(client, staff):
    page = read(client)
    assert "Henüz sağlayıcı hesabı yok" in page
    assert f'href="{reverse("admin:gateways_gatewayaccount_create")}"' in page


def test_more_accounts_than_fit_are_left_to_the_list(client, account, monkeypatch):
    factories.gateway("zz")
    assert "hesap gösteriliyor" not in read(client)
    monkeypatch.setattr(vitals, "SHOWN", 1)
    page = read(client)
    assert "İlk 1 hesap gösteriliyor" in page
    assert 'id="hat-zz"' not in page


def test_the_screen_asks_the_same_for_one_as_for_many(client, account):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(client)
        return len(seen)

    happened()
    few = asked()
    for n in range(5):
        other = factories.gateway(f"yol-{n}")
        happened(other.slug)
        resting(other)
        factories.sent(factories.tenant(gateway=other.slug), factories.number(n))
    assert asked() == few


# Keeping fresh


def test_the_screen_is_asked_for_again_by_itself_and_by_hand(client, account):
    page = read(client)
    assert f'hx-get="{LIVE}" hx-trigger="every 5s" hx-swap="outerHTML"' in page
    assert f'<a class="button" href="{PAGE}">' in page
    part = read(client, LIVE)
    assert "<html" not in part
    assert 'id="health"' in part
    assert f'hx-get="{LIVE}"' in part


def test_the_part_that_is_fetched_is_as_fresh_as_the_page(client, account):
    assert "%90,0" not in read(client, LIVE)
    happened()
    assert "%90,0" in read(client, LIVE)


@pytest.mark.parametrize("url", [PAGE, LIVE])
@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_people_of_firms_see_no_road(account, url, role):
    browser = Client()
    browser.force_login(factories.user(factories.tenant(credits=0, sender=""), role=role))
    answer = browser.get(url)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")
    told = browser.get(answer.headers["Location"]).content.decode()
    assert "bu hesap yönetim sayfalarını açamaz" in told
    assert "mock" not in told


def test_whoever_is_logged_out_meanwhile_gets_the_login_not_a_page_inside_the_page(client, account):
    client.logout()
    came_from = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"}
    answer = client.get(LIVE, headers=came_from)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == f"/admin/login/?next={PAGE}"
    strange = client.get(LIVE, headers=came_from | {"HX-Current-URL": "https://kotu.ornek/admin/"})
    assert strange.headers["HX-Redirect"] == "/admin/login/?next=/admin/"


def test_the_menu_and_the_first_page_lead_there(client, account):
    page = read(client, "/admin/")
    assert page.count(f'href="{PAGE}"') == 2
    assert f'href="{PAGE}"' not in client.get("/admin/gateways/").content.decode().partition("<main")[2]


def test_a_statistic_that_cannot_be_read_is_told_as_such(client, account, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
    monkeypatch.setattr(backlog, "HELD", "SELECT 'x', 1 FROM pg_sleep(1)")
    assert client.get(LIVE).status_code == 503
