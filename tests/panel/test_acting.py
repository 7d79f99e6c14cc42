"""The panel while a super_admin acts for a firm: the way in, the banner, what is closed, and every way out."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from messaging.sms.models import Message
from smsmerkezi.core import clock
from smsmerkezi.panel import acting as session
from smsmerkezi.panel import step_up
from tenants import acting
from tenants.models import ApiToken, AuditEntry, Tenant
from tests import factories, switching
from tests.panel.conftest import compose, entered, htmx, page

BANNER = 'class="acting"'
CLOSED = "Bu işlem firma adına çalışırken yapılamaz."


@pytest.fixture
def staff(world) -> Client:
    """A super_admin who has just shown a password."""
    client = entered(factories.reviewer())
    prove(client)
    return client


@pytest.fixture
def stand_in(staff, world) -> Client:
    answer = enter(staff, world.firm)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return staff


def prove(client: Client, *, age: float = 0) -> None:
    kept = client.session
    kept[step_up.PROVED] = time.time() - age
    kept.save()


def enter(client: Client, firm: Tenant, reason: str = switching.REASON):
    return client.post(f"/firma-sec/{firm.pk}", {"reason": reason})


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def actions() -> list[str]:
    wanted = AuditEntry.objects.filter(action__startswith="tenant.acting").order_by("pk")
    return [entry.action.removeprefix("tenant.acting_as_") for entry in wanted]


class TestTheWayIn:
    def test_is_found_by_name_and_short_name(self, staff, world):
        other = factories.tenant()
        shown = page(staff.get("/firma-sec", {"q": other.slug.upper()}))
        assert f"/firma-sec/{other.pk}" in shown
        assert f"/firma-sec/{world.firm.pk}" not in shown

    def test_comes_in_pages(self, staff, monkeypatch):
        monkeypatch.setattr("tenants.panel_acting.PER_PAGE", 1)
        factories.tenant()
        first = staff.get("/firma-sec", {"q": "firma"})
        assert "Daha eski" in page(first)
        older = staff.get("/firma-sec", {"q": "firma", "cursor": first.context["page"].older})
        assert older.context["page"].rows != first.context["page"].rows

    def test_says_when_nothing_matches_and_when_there_is_nothing(self, staff):
        assert "Aramaya uyan firma yok" in page(staff.get("/firma-sec", {"q": "olmayan"}))
        Tenant.objects.update(state=Tenant.State.SUSPENDED)
        assert "Etkin firma yok" in page(staff.get("/firma-sec"))

    def test_asks_why_and_says_what_is_closed(self, staff, world):
        shown = page(staff.get(f"/firma-sec/{world.firm.pk}"))
        assert world.firm.name in shown
        assert "yöneticileri görür" in shown
        assert "60 dakika" in shown

    @pytest.mark.parametrize("reason", ["", "kısa", "x" * 201])
    def test_refuses_a_reason_that_is_none(self, staff, world, reason):
        answer = enter(staff, world.firm, reason)
        assert answer.status_code == 422
        assert "Neden 5 ile 200 karakter arasında olmalıdır." in page(answer)
        assert actions() == []

    def test_starts_with_a_new_key_so_that_a_known_one_is_worth_nothing(self, staff, world):
        before = key(staff)
        enter(staff, world.firm)
        assert key(staff) != before
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = before
        assert thief.get("/mesajlar")["Location"].startswith("/giris")

    def test_is_written_with_both_ids_and_the_reason(self, stand_in, world):
        entry = AuditEntry.objects.of(world.firm).get(acting=True)
        assert (entry.user_id, entry.action) == (factories.reviewer().pk, "tenant.acting_as_started")
        assert entry.meta["reason"] == switching.REASON

    def test_is_closed_for_a_suspended_firm_and_none_for_an_unknown_one(self, staff, world):
        assert staff.get(f"/firma-sec/{world.firm.pk + 1000}").status_code == 404
        assert staff.get("/firma-sec/abc").status_code == 404
        assert staff.get(f"/firma-sec/{10**30}").status_code == 404
        world.firm.state = Tenant.State.SUSPENDED
        world.firm.save()
        answer = enter(staff, world.firm)
        assert (answer.status_code, actions()) == (422, [])
        assert "Askıdaki bir firma adına çalışılamaz." in page(answer)

    @pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/firma-sec"),
            ("get", "/firma-sec/{}"),
            ("post", "/firma-sec/{}"),
            ("post", "/firma-sec/don"),
        ],
    )
    def test_is_closed_to_a_firms_people(self, world, role, method, path):
        client = entered(getattr(world, role))
        prove(client)
        answer = getattr(client, method)(path.format(world.firm.pk), {"reason": switching.REASON})
        assert answer.status_code == 403
        assert session.KEY not in client.session

    def test_is_closed_to_nobody_at_all(self, world):
        assert Client().get("/firma-sec")["Location"] == "/giris?sonra=%2Ffirma-sec"

    def test_stands_on_a_firms_page_in_the_back_office(self, staff, world):
        way = f'href="/firma-sec/{world.firm.pk}"'
        row = reverse("admin:tenants_tenant_change", args=[world.firm.pk])
        assert way in page(staff.get(row))
        assert 'href="/firma-sec"' in page(staff.get(reverse("admin:tenants_tenant_changelist")))
        world.firm.state = Tenant.State.SUSPENDED
        world.firm.save()
        assert way not in page(staff.get(row))

    def test_leads_nowhere_else_meanwhile(self, stand_in, world):
        assert stand_in.get("/firma-sec")["Location"] == "/"
        answer = enter(stand_in, factories.tenant())
        assert (answer.status_code, actions()) == (422, ["started"])
        assert "Zaten bir firma adına çalışıyorsunuz" in page(answer)


class TestAFreshProof:
    def test_is_asked_for_as_often_as_the_domain_does(self):
        assert acting.FRESH.total_seconds() == step_up.FRESH

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_comes_before_the_form_and_leads_back_to_it(self, staff, world, method):
        asked = reverse("panel-step-up")
        prove(staff, age=step_up.FRESH + 1)
        answer = getattr(staff, method)(f"/firma-sec/{world.firm.pk}")
        assert answer["Location"] == f"{asked}?sonra=%2Ffirma-sec%2F{world.firm.pk}"
        assert actions() == []

    def test_is_not_taken_from_the_page_alone(self, staff, world, monkeypatch):
        """Were the page to forget it, the domain would not."""
        monkeypatch.setattr(step_up, "is_fresh", lambda request: True)
        for age in (step_up.FRESH + 1, time.time()):
            prove(staff, age=age)
            answer = enter(staff, world.firm)
            assert (answer.status_code, actions()) == (422, [])
            assert "Yeniden giriş yapın" in page(answer)


class TestTheBanner:
    @pytest.mark.parametrize("path", ["/mesajlar", "/gonder", "/mesajlar/{id}", "/mesajlar/0", "/admin/"])
    def test_is_on_every_page_and_says_whose_until_when_and_how_to_get_back(self, stand_in, world, path):
        message = factories.sent(world.firm)
        shown = page(stand_in.get(path.format(id=message.pk)))
        until = session.datetime.fromtimestamp(stand_in.session[session.KEY]["until"], clock.ISTANBUL)
        assert BANNER in shown
        for words in (world.firm.name, "denetim kaydına adınızla", f"{until:%H:%M}", "Kendi hesabıma dön"):
            assert words in shown

    def test_is_not_there_for_the_firms_own_people_nor_for_staff_who_do_not_act(self, staff, operator):
        assert BANNER not in page(operator.get("/mesajlar"))
        assert BANNER not in page(staff.get("/admin/"))
        assert BANNER not in page(staff.get("/firma-sec"))

    def test_speaks_english(self, stand_in, world):
        user = factories.reviewer()
        user.language = "en"
        user.save()
        shown = page(stand_in.get("/mesajlar"))
        assert "Back to my own account" in shown
        assert f"You are acting for <strong>{world.firm.name}</strong>" in shown


class TestWhileActing:
    def test_the_panel_is_the_firms(self, stand_in, world):
        mine, other = factories.sent(world.firm), factories.sent(factories.tenant())
        assert stand_in.get("/")["Location"] == "/gonder"
        shown = page(stand_in.get("/mesajlar"))
        assert f"/mesajlar/{mine.pk}" in shown
        assert f"/mesajlar/{other.pk}" not in shown
        assert stand_in.get(f"/mesajlar/{other.pk}").status_code == 404
        assert "99 SMS" in page(stand_in.get("/bakiye/kalan"))

    def test_a_message_is_sent_for_the_firm_and_everybody_sees_by_whom(self, stand_in, world):
        sent = stand_in.post("/gonder", compose())
        message = Message.objects.of(world.firm).get()
        assert sent["Location"] == f"/mesajlar/{message.pk}"
        entry = AuditEntry.objects.of(world.firm).get(action="sms.send")
        assert (entry.user_id, entry.acting) == (factories.reviewer().pk, True)
        assert "Platform (Platform yöneticisi)" in page(entered(world.admin).get(f"/mesajlar/{message.pk}"))

    def test_a_look_at_whole_numbers_names_both(self, stand_in, world):
        message = factories.sent(world.firm)
        stand_in.post(f"/mesajlar/{message.pk}/numaralar")
        entry = AuditEntry.objects.of(world.firm).get(action="sms.numbers_shown")
        assert (entry.user_id, entry.acting) == (factories.reviewer().pk, True)

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/", "/admin/tenants/tenant/", "/admin/billing/account/{}/add/",
            "/admin/tenants/user/", "/admin/gateways/gatewayaccount/", "/admin/logout/",
        ],
    )  # fmt: skip
    def test_the_back_office_is_closed_in_a_clear_sentence(self, stand_in, world, path):
        for method in ("get", "post"):
            answer = getattr(stand_in, method)(path.format(world.firm.pk))
            assert answer.status_code == 403, method
            assert CLOSED in page(answer)

    def test_a_token_of_the_api_knows_nothing_of_it(self, stand_in, world):
        ApiToken.objects.all().delete()
        door = switching.staff_door()
        assert door.get("/v1/balance").status_code == 403
        assert door.get("/v1/panel/tenant-switcher/status").json()["data"]["acting"] is False


class TestTheWayOut:
    def test_leads_to_ones_own_place_with_a_new_key(self, stand_in, world):
        before = key(stand_in)
        answer = stand_in.post("/firma-sec/don")
        assert answer["Location"] == "/admin/"
        assert key(stand_in) != before
        assert session.KEY not in stand_in.session
        assert stand_in.get("/mesajlar")["Location"] == "/admin/"
        assert actions() == ["started", "ended"]

    def test_twice_is_written_once(self, stand_in):
        assert [stand_in.post("/firma-sec/don").status_code for _ in range(2)] == [302, 302]
        assert actions() == ["started", "ended"]

    def test_is_not_a_link(self, stand_in):
        assert stand_in.get("/firma-sec/don").status_code == 405
        assert actions() == ["started"]

    def test_is_the_log_out_too(self, stand_in, world):
        stand_in.post("/cikis")
        assert actions() == ["started", "ended"]
        ended = AuditEntry.objects.get(action="tenant.acting_as_ended")
        assert (ended.tenant_id, ended.user_id, ended.acting) == (
            world.firm.pk,
            factories.reviewer().pk,
            True,
        )
        again = entered(factories.reviewer())
        assert again.get("/mesajlar")["Location"] == "/admin/"

    def test_a_log_out_of_anybody_else_writes_nothing_of_it(self, operator, staff):
        for client in (operator, staff, Client()):
            assert client.post("/cikis")["Location"] == "/giris"
        assert actions() == []

    def test_comes_by_itself_after_an_hour(self, stand_in):
        before = key(stand_in)
        with time_machine.travel(clock.now() + timedelta(minutes=59), tick=False):
            assert stand_in.get("/mesajlar").status_code == 200
        with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
            assert stand_in.post("/gonder", compose())["Location"] == "/admin/"
            assert "Firma adına çalışmanız sona erdi" in page(stand_in.get("/admin/"))
            assert session.KEY not in stand_in.session
            assert key(stand_in) != before
        assert not Message.objects.exists()

    def test_comes_with_a_fragment_too(self, stand_in):
        with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
            assert htmx(stand_in, "get", "/bakiye/kalan")["HX-Redirect"] == "/admin/"

    def test_comes_when_the_firm_is_suspended(self, stand_in, world):
        world.firm.state = Tenant.State.SUSPENDED
        world.firm.save()
        assert stand_in.get("/mesajlar")["Location"] == "/admin/"
        assert stand_in.get("/admin/").status_code == 200
