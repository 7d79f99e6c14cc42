"""Sign-up, proof of an address, a forgotten password: the pages of people who are not in."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core import mail as outbox
from django.db.models.functions import Now
from django.test import Client

from tenants import consent, limits, links, privacy
from tenants.models import (
    ApiToken,
    AuditEntry,
    MailLink,
    MailRequest,
    OutgoingMail,
    PanelSession,
    Tenant,
    User,
)
from tests import factories, mailbox
from tests.panel.conftest import entered, page

EMAIL = "ali@akintekstil.test"
NEW = "yepyeni-bir-parola-7"
WRITTEN = "adresine gönderdiğimiz iletideki bağlantıyı açarak"


@pytest.fixture
def door(db):
    return Client()


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""), email_verified_at=None)


def form(**changes):
    fields = {
        "company_name": "Akin Tekstil A.S.",
        "name": "Ali Akin",
        "email": EMAIL,
        "password": NEW,
        "kvkk_consent": "on",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def later(client, seconds=60):
    session = client.session
    session["asked"] = session["asked"] | {"at": time.time() - seconds}
    session.save()


def without_tokens(html):
    """What differs from visit to visit."""
    return re.sub(r'[A-Za-z0-9]{64}|[0-9a-f]{16}|data-after="\d+"', "", html)


class TestSigningUp:
    def test_opens_a_firm_and_writes_to_its_admin(self, door):
        answer = door.post("/kayit", form(marketing_consent="on", phone="0555 123 45 67"))
        assert (answer.status_code, answer["Location"]) == (302, "/kayit/onay")
        assert WRITTEN in page(door.get("/kayit/onay"))
        user = User.objects.get(email=EMAIL)
        assert (user.tenant.name, user.role, user.phone) == ("Akin Tekstil A.S.", "admin", "+905551234567")
        assert (user.kvkk_version, user.kvkk_ip) == (consent.VERSION, "127.0.0.1")
        assert user.marketing_consented_at is not None
        assert mailbox.received(EMAIL) == ["E-posta adresinizi doğrulayın"]

    def test_lets_nobody_in_before_they_log_in(self, door):
        door.post("/kayit", form())
        assert not get_user(door).is_authenticated

    def test_asks_commercial_consent_apart_and_takes_none_for_granted(self, door):
        html = page(door.get("/kayit"))
        boxes = re.findall(r'<input type="checkbox"[^>]*>', html)
        assert len(boxes) == 2
        assert not any("checked" in box for box in boxes)
        door.post("/kayit", form())
        assert User.objects.get(email=EMAIL).marketing_consented_at is None

    def test_links_the_dated_notice(self, door):
        assert f'href="/kvkk/{consent.VERSION}" target="_blank"' in page(door.get("/kayit"))

    def test_names_all_that_is_wrong_at_once_and_keeps_what_was_typed(self, door):
        answer = door.post("/kayit", form(company_name="", password="kisa-1", kvkk_consent=None, phone="12"))
        html = page(answer)
        assert answer.status_code == 422
        for sentence in (
            "Firma adı 1 ile 150 karakter arasında olmalıdır.",
            "Parola en az 12 karakter olmalıdır.",
            "Cep telefonu numarası geçersiz;",
            "KVKK aydınlatma metnini okuyup onaylamalısınız.",
        ):
            assert html.count(sentence) == 2  # above the form, and at its field
        assert f'value="{EMAIL}"' in html
        assert "kisa-1" not in html
        assert not Tenant.objects.exists()

    def test_speaks_english_and_so_do_its_mails(self, door):
        door.cookies["dil"] = "en"
        assert "Create an account" in page(door.get("/kayit"))
        door.post("/kayit", form())
        assert mailbox.received(EMAIL) == ["Confirm your e-mail address"]

    def test_is_not_for_who_is_in(self, person):
        assert entered(person).get("/kayit")["Location"] == "/"

    def test_needs_the_forms_token(self):
        assert Client(enforce_csrf_checks=True).post("/kayit", form()).status_code == 403


class TestAKnownAddress:
    def test_sees_the_same_page_and_gets_another_mail(self, person):
        seen = []
        for email in ("yeni@ornek.test", person.email):
            client = Client()
            answer = client.post("/kayit", form(email=email))
            told = page(client.get(answer["Location"])).replace(email, "")
            seen.append(
                (answer.status_code, answer["Location"], sorted(answer.headers), without_tokens(told))
            )
        assert seen[0] == seen[1]
        assert mailbox.received(person.email) == ["SMS Merkezi'nde zaten hesabınız var"]

    def test_can_ask_again_like_any_other(self, person):
        client = Client()
        client.post("/kayit", form(email=person.email))
        later(client)
        assert client.post("/kayit/onay")["Location"] == "/kayit/onay?yeniden"


class TestTheMailAgain:
    def test_may_be_asked_for_after_a_minute(self, door):
        door.post("/kayit", form())
        mailbox.work()
        assert door.post("/kayit/onay").status_code == 429
        assert not MailRequest.objects.exists()
        later(door)
        age_mails()
        assert door.post("/kayit/onay")["Location"] == "/kayit/onay?yeniden"
        assert "Yeniden gönderiyoruz." in page(door.get("/kayit/onay?yeniden"))
        assert mailbox.received(EMAIL) == ["E-posta adresinizi doğrulayın"] * 2

    def test_says_how_long_to_wait(self, door):
        door.post("/kayit", form())
        assert re.search(r'data-after="(59|60)"', page(door.get("/kayit/onay")))
        assert "bir dakika bekleyin" in page(door.post("/kayit/onay"))

    def test_is_not_for_who_asked_for_none(self, door):
        assert door.get("/kayit/onay")["Location"] == "/kayit"
        assert door.post("/kayit/onay")["Location"] == "/kayit"

    def test_can_be_asked_for_from_within(self, person):
        client = entered(person)
        assert f"{person.email} adresinin sizin olduğunu doğrulamadınız." in page(client.get("/mesajlar"))
        assert person.email in page(client.get("/kayit/onay"))
        client.post("/kayit/onay")
        assert mailbox.received(person.email) == ["E-posta adresinizi doğrulayın"]

    def test_is_over_once_the_address_is_proved(self, person):
        client = entered(person)
        client.post(f"/dogrula/{verify_secret(person)}")
        assert client.get("/kayit/onay")["Location"] == "/"
        assert "doğrulamadınız" not in page(client.get("/mesajlar"))


def age_mails():
    OutgoingMail.objects.update(created_at=Now() - timedelta(seconds=60))


def verify_secret(person):
    MailRequest.objects.create(kind="verify", email=person.email)
    return mailbox.secret(person.email, "dogrula")


def reset_secret(person):
    MailRequest.objects.create(kind="reset", email=person.email)
    return mailbox.secret(person.email, "parola")


class TestTheVerificationLink:
    def test_shows_a_button_and_does_nothing_by_itself(self, door, person):
        """Mail scanners open links."""
        path = f"/dogrula/{verify_secret(person)}"
        for _ in range(2):
            assert "Adresimi doğrula" in page(door.get(path))
        person.refresh_from_db()
        assert person.email_verified_at is None

    def test_proves_the_address_by_its_button(self, door, person):
        answer = door.post(f"/dogrula/{verify_secret(person)}")
        assert (answer.status_code, "Adresiniz doğrulandı" in page(answer)) == (200, True)
        person.refresh_from_db()
        assert person.email_verified_at is not None

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_says_what_has_become_of_it(self, door, person, method):
        states = {
            "used": (410, "Adresiniz zaten doğrulanmış"),
            "cancelled": (410, "Daha sonra yeni bir bağlantı istendi."),
            "expired": (410, "Bağlantının süresi dolmuş"),
        }
        for state, (status, words) in states.items():
            secret = in_state(person, "verify", state)
            answer = getattr(door, method)(f"/dogrula/{secret}")
            assert (answer.status_code, words in page(answer)) == (status, True), state
        answer = getattr(door, method)("/dogrula/yok-boyle-bir-anahtar")
        assert (answer.status_code, "Bu bağlantıyı tanımıyoruz" in page(answer)) == (404, True)


def in_state(person, purpose, state):
    secret = links.issue(person, purpose)
    row = MailLink.objects.filter(secret_hash=links.digest(secret))
    change = {
        "used": {"used_at": Now()},
        "cancelled": {"cancelled_at": Now()},
        "expired": {"expires_at": Now() - timedelta(seconds=1)},
    }
    row.update(**change[state])
    return secret


class TestAForgottenPassword:
    def test_is_told_the_same_for_every_address(self, person):
        seen = []
        for email in (person.email, "yok@ornek.test"):
            answer = Client().post("/parola", {"email": email})
            told = without_tokens(page(answer).replace(email, ""))
            seen.append((answer.status_code, sorted(answer.headers), told))
        assert seen[0] == seen[1]
        assert mailbox.received(person.email) == ["Parolanızı yenileyin"]
        assert len(outbox.outbox) == 1

    def test_needs_an_address(self, door):
        assert "E-posta adresinizi yazın." in page(door.post("/parola", {"email": ""}))
        assert "E-posta adresi geçersiz." in page(door.post("/parola", {"email": "ali"}))
        assert not MailRequest.objects.exists()

    def test_is_replaced_by_the_mailed_link(self, door, person):
        path = f"/parola/{reset_secret(person)}"
        assert 'autocomplete="new-password"' in page(door.get(path))
        answer = door.post(path, {"password": NEW})
        assert (answer.status_code, "Parolanız değişti" in page(answer)) == (200, True)
        person.refresh_from_db()
        assert person.check_password(NEW)
        assert person.email_verified_at is not None
        assert not get_user(door).is_authenticated

    def test_ends_every_session_and_key_of_the_person_and_tells_them(self, door, person):
        inside = entered(person)
        inside.get("/mesajlar")
        factories.token(person)
        other = factories.user(person.tenant)
        factories.token(other)
        door.post(f"/parola/{reset_secret(person)}", {"password": NEW})
        assert inside.get("/mesajlar")["Location"].startswith("/giris")
        assert not PanelSession.objects.filter(user=person).exists()
        assert list(ApiToken.objects.values_list("user_id", flat=True)) == [other.pk]
        assert "Parolanız değişti" in mailbox.received(person.email)
        entry = AuditEntry.objects.of(person.tenant).get(action="password.changed")
        assert (entry.user_id, entry.entity_id, entry.ip) == (person.pk, person.pk, "127.0.0.1")

    def test_is_refused_in_words_and_the_link_stays_good(self, door, person):
        path = f"/parola/{reset_secret(person)}"
        for wrong, words in (
            ("kisa-1", "Parola en az 12 karakter olmalıdır."),
            ("yalnizca-harfler", "Parola en az bir harf ve bir rakam içermelidir."),
            ("password1234", "Bu parola çok yaygın"),
        ):
            answer = door.post(path, {"password": wrong})
            assert (answer.status_code, words in page(answer)) == (422, True)
            assert wrong not in page(answer)
        assert door.post(path, {"password": NEW}).status_code == 200

    def test_link_says_what_has_become_of_it(self, door, person):
        for state, words in (
            ("used", "Bu bağlantı kullanılmış"),
            ("cancelled", "Daha sonra yeni bir bağlantı istendi."),
            ("expired", "Parola bağlantıları bir saat geçerlidir."),
        ):
            path = f"/parola/{in_state(person, 'reset', state)}"
            for answer in (door.get(path), door.post(path, {"password": NEW})):
                assert (answer.status_code, words in page(answer)) == (410, True), state
        assert door.get("/parola/yok").status_code == 404
        person.refresh_from_db()
        assert person.check_password(factories.PASSWORD)

    def test_link_of_another_purpose_opens_nothing(self, door, person):
        assert door.get(f"/parola/{verify_secret(person)}").status_code == 404


@pytest.mark.parametrize("path", ["/dogrula/{}", "/parola/{}"])
def test_a_page_with_a_secret_in_its_address_tells_it_to_nobody(door, path):
    answer = door.get(path.format("cok-gizli"))
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "no-store")


class TestTheAddressesBudget:
    """RATE_LIMIT_AUTH: every door, one bucket."""

    @pytest.fixture(autouse=True)
    def _budget(self, settings):
        settings.RATE_LIMITS = settings.RATE_LIMITS | {"auth": limits.Limit(2, 60)}

    @pytest.mark.parametrize(
        ("method", "path", "data"),
        [
            ("post", "/kayit", form()),
            ("post", "/parola", {"email": EMAIL}),
            ("get", "/dogrula/x", {}),
            ("post", "/dogrula/x", {}),
            ("get", "/parola/x", {}),
            ("post", "/parola/x", {"password": NEW}),
        ],
    )
    def test_is_spent_at_each_and_shared_by_all(self, door, method, path, data):
        for n in range(2):
            door.post("/giris", {"email": f"a{n}@b.test", "password": "x"})
        answer = getattr(door, method)(path, data)
        assert answer.status_code in {422, 429}
        assert "Çok fazla istek geldi." in page(answer)
        assert not User.objects.filter(email=EMAIL).exists()
        assert not MailRequest.objects.exists()
        other = Client(REMOTE_ADDR="198.51.100.7")
        assert "Çok fazla istek geldi." not in page(getattr(other, method)(path, data))

    def test_is_spent_by_mails_asked_for_again(self, door, person):
        client = entered(person)
        for _ in range(2):
            assert client.post("/kayit/onay").status_code == 302
            later(client)
        assert client.post("/kayit/onay").status_code == 429


class TestTheNotice:
    @pytest.mark.parametrize("language", ["tr", "en"])
    @pytest.mark.parametrize("version", privacy.NOTICES)
    def test_is_there_in_both_languages_whole(self, door, language, version):
        door.cookies["dil"] = language
        html = page(door.get(f"/kvkk/{version}"))
        assert ("Haklarınız" in html, "Your rights" in html) == (language == "tr", language == "en")
        assert html.count("<mark>") == 4

    def test_that_holds_now_has_an_address_of_its_own(self, door):
        assert door.get("/kvkk")["Location"] == f"/kvkk/{consent.VERSION}"

    @pytest.mark.parametrize("version", ["2020-01-01", "x", "..", "2026-11-26.tr"])
    def test_of_no_such_date_is_not_there(self, door, version):
        assert door.get(f"/kvkk/{version}").status_code == 404

    def test_that_was_replaced_says_so(self, door, monkeypatch):
        monkeypatch.setattr(privacy, "NOTICES", ("2027-01-01", *privacy.NOTICES))
        html = page(door.get(f"/kvkk/{consent.VERSION}"))
        assert "Bu metnin daha yenisi var." in html
        assert 'href="/kvkk/2027-01-01"' in html

    def test_that_people_are_asked_for_is_the_newest(self):
        assert privacy.NOTICES[0] == consent.VERSION == max(privacy.NOTICES)


def test_the_door_leads_to_both(door):
    html = page(door.get("/giris"))
    assert 'href="/parola"' in html
    assert 'href="/kayit"' in html
