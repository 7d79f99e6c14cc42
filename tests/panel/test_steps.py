"""Into the panel step by step: consent, then the code; out of it; and nobody skips a step."""

import time

import pytest
from django.contrib.auth import get_user
from django.test import Client

from smsmerkezi.panel import entrance, step_up
from tenants import challenges
from tenants.models import AuditEntry, Challenge, User
from tests import factories
from tests.crowd import at_once
from tests.panel.conftest import page

WANTED = "/mesajlar?status=sent"
QUERY = "?sonra=%2Fmesajlar%3Fstatus%3Dsent"


@pytest.fixture
def door(db):
    return Client()


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""), role="operator")


@pytest.fixture
def key(person):
    return factories.authenticator(person)


@pytest.fixture
def unasked(person):
    User.objects.filter(pk=person.pk).update(kvkk_consented_at=None)
    return person


def knock(door, person, query=QUERY):
    return door.post(f"/giris{query}", {"email": person.email, "password": factories.PASSWORD})


def inside(door) -> bool:
    return get_user(door).is_authenticated


class TestTheSecondFactor:
    def test_is_asked_for_on_a_page_of_its_own(self, door, person, key):
        answer = knock(door, person)
        assert answer["Location"] == f"/giris/kod{QUERY}"
        assert not inside(door)
        shown = page(door.get(answer["Location"]))
        assert 'inputmode="numeric"' in shown
        assert 'autocomplete="one-time-code"' in shown

    def test_opens_and_leads_where_one_wanted_to_go(self, door, person, key):
        where = knock(door, person)["Location"]
        answer = door.post(where, {"code": factories.code(key)})
        assert answer["Location"] == WANTED
        assert get_user(door) == person
        assert time.time() - door.session[step_up.PROVED] < 5
        assert entrance.WAITING not in door.session

    def test_may_be_pasted_with_its_space(self, door, person, key):
        knock(door, person)
        code = factories.code(key)
        assert door.post("/giris/kod", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302

    def test_leads_to_no_page_but_ours(self, door, person, key):
        knock(door, person)
        answer = door.post("/giris/kod?sonra=//evil.test", {"code": factories.code(key)})
        assert answer["Location"] == "/"

    def test_says_what_is_left_and_after_two_misses_thinks_of_the_clock(self, door, person, key):
        knock(door, person)
        pages = [page(door.post("/giris/kod", {"code": "000000"})) for _ in range(4)]
        assert [f"{n} deneme hakkınız kaldı." in shown for n, shown in zip((4, 3, 2, 1), pages, strict=True)]
        assert ["saatini otomatik ayara" in shown for shown in pages] == [False, True, True, True]

    def test_ends_with_the_fifth_miss(self, door, person, key):
        knock(door, person)
        answers = [door.post(f"/giris/kod{QUERY}", {"code": "000000"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [422] * 4 + [302]
        assert answers[-1]["Location"] == f"/giris{QUERY}"
        assert "Çok fazla yanlış kod" in page(door.get("/giris"))
        assert door.post("/giris/kod", {"code": factories.code(key)})["Location"] == "/giris"
        assert not inside(door)

    def test_wants_a_code(self, door, person, key):
        knock(door, person)
        assert "Kodu yazın." in page(door.post("/giris/kod", {}))
        assert Challenge.objects.get().tries == 0

    def test_waits_with_those_who_guess_through_many_challenges(self, door, person, key):
        for _ in range(5):
            knock(door, person)
            door.post("/giris/kod", {"code": "000000"})
        knock(door, person)
        assert "Çok fazla deneme yapıldı." in page(door.post("/giris/kod", {"code": factories.code(key)}))

    def test_may_be_a_recovery_code_once(self, door, person, key):
        code = factories.recovery_codes(person)[0]
        knock(door, person)
        assert "Kurtarma kodu kullan" in page(door.get("/giris/kod"))
        assert "hatalı" in page(door.post("/giris/kurtarma", {"recovery_code": "architecto"}))
        assert door.post(f"/giris/kurtarma{QUERY}", {"recovery_code": code})["Location"] == WANTED
        other = Client()
        knock(other, person)
        assert "hatalı" in page(other.post("/giris/kurtarma", {"recovery_code": code}))

    def test_of_another_person_does_not_open(self, door, person, key):
        other = factories.user(person.tenant)
        others = factories.authenticator(other)
        knock(door, person)
        door.post("/giris/kod", {"code": factories.code(others)})
        assert not inside(door)

    @pytest.mark.django_db(transaction=True)
    def test_opens_for_one_of_twenty_at_once(self, person, key):
        doors = [Client() for _ in range(20)]
        for each in doors:
            knock(each, person)
        code = factories.code(key)
        told = at_once(lambda n: doors[n].post("/giris/kod", {"code": code}).status_code, 20)
        assert told == {302: 1, 422: 19}
        assert sum(inside(each) for each in doors) == 1


class TestConsent:
    def test_is_asked_for_before_the_code_and_leads_to_it(self, door, unasked, key):
        assert knock(door, unasked)["Location"] == f"/giris/kvkk{QUERY}"
        assert door.post(f"/giris/kvkk{QUERY}", {"agreed": "on"})["Location"] == f"/giris/kod{QUERY}"
        assert not inside(door)
        assert door.post(f"/giris/kod{QUERY}", {"code": factories.code(key)})["Location"] == WANTED
        actions = (
            AuditEntry.objects.filter(user_id=unasked.pk).order_by("pk").values_list("action", flat=True)
        )
        assert list(actions) == ["kvkk.consented", "login"]

    def test_is_not_ticked_beforehand_and_shows_the_text(self, door, unasked):
        shown = page(door.get(knock(door, unasked)["Location"]))
        assert "checked" not in shown
        assert 'href="/kvkk"' in shown
        assert "6698 sayılı" in page(door.get("/kvkk"))

    def test_has_to_be_given(self, door, unasked):
        knock(door, unasked)
        answer = door.post("/giris/kvkk", {})
        assert answer.status_code == 422
        assert "metni onaylamanız gerekir" in page(answer)
        unasked.refresh_from_db()
        assert unasked.kvkk_consented_at is None

    def test_that_was_withdrawn_is_asked_for_again(self, door, person):
        User.objects.filter(pk=person.pk).update(kvkk_revoked_at=person.created_at)
        assert knock(door, person, "")["Location"].startswith("/giris/kvkk")

    def test_of_a_firm_suspended_meanwhile_is_told_so(self, door, unasked):
        knock(door, unasked)
        unasked.tenant.state = "suspended"
        unasked.tenant.save()
        assert "askıya alınmış" in page(door.post("/giris/kvkk", {"agreed": "on"}))


class TestWhatStandsBetween:
    @pytest.mark.parametrize("path", ["/giris/kod", "/giris/kurtarma", "/giris/kvkk"])
    def test_is_closed_to_whoever_did_not_come_through_the_door(self, door, path):
        for answer in (door.get(path), door.post(path, {"code": "123456", "agreed": "on"})):
            assert (answer.status_code, answer["Location"]) == (302, "/giris")
        assert "süresi doldu" in page(door.get("/giris"))

    def test_of_one_kind_is_not_of_another(self, door, unasked, key):
        knock(door, unasked)
        assert door.post("/giris/kod", {"code": factories.code(key)})["Location"] == "/giris"

    def test_is_over_when_its_time_is(self, door, person, key):
        knock(door, person)
        session = door.session
        session[entrance.WAITING] = {**session[entrance.WAITING], "until": time.time() - 1}
        session.save()
        assert door.get("/giris/kod")["Location"] == "/giris"

    def test_is_over_when_the_challenge_is_gone(self, door, person, key):
        knock(door, person)
        challenges.forget(user=person)
        assert door.post("/giris/kod", {"code": factories.code(key)})["Location"] == "/giris"

    def test_lies_encrypted_in_the_session(self, door, person, key):
        knock(door, person)
        kept = door.session[entrance.WAITING]
        hashed = Challenge.objects.get().secret_hash
        assert challenges._digest(kept["secret"]) != hashed
        opened = entrance.crypto.decrypt(kept["secret"])
        assert challenges._digest(opened) == hashed

    def test_is_no_way_back_for_those_inside(self, door, person, key):
        door.force_login(person)
        assert door.get("/giris/kod")["Location"] == "/"

    def test_counts_against_the_addresss_budget(self, door, person, key, settings):
        knock(door, person)
        settings.RATE_LIMITS = settings.RATE_LIMITS | {"auth": (1, 60)}
        assert "Çok fazla" in page(door.post("/giris/kod", {"code": factories.code(key)}))

    def test_needs_its_token(self, person, key):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/giris/kod", {"code": factories.code(key)}).status_code == 403

    def test_changes_the_sessions_key_at_the_end(self, door, person, key):
        knock(door, person)
        before = door.session.session_key
        door.post("/giris/kod", {"code": factories.code(key)})
        assert door.session.session_key != before


def test_logging_out_is_on_the_trail(door, person):
    knock(door, person)
    door.post("/cikis")
    entry = AuditEntry.objects.get(action="logout")
    assert (entry.user_id, entry.tenant, entry.token_id) == (person.pk, person.tenant, None)
    door.post("/cikis")
    assert AuditEntry.objects.filter(action="logout").count() == 1
