"""Sign-up: all of it or nothing, and never a word about who is here already."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Several
from tenants import audit, consent, links, login, registration, tokens
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, MailRequest, Tenant, User
from tests import factories, mailbox

pytestmark = pytest.mark.django_db
VISITOR = Actor(None, None, ip="203.0.113.9", user_agent="Firefox")
GOOD = registration.Application(
    company_name="Akin Tekstil A.S.",
    name="Ali Akin",
    email="ali@akintekstil.test",
    password="GucluParola2026!",
    password_confirmation="GucluParola2026!",
    kvkk_consent=True,
    phone="0555 123 45 67",
)


def apply(**changes):
    registration.apply(by=VISITOR, application=replace(GOOD, **changes))
    return User.objects.select_related("tenant").order_by("pk").last()


def register(device_name="", **changes):
    caller = login.Caller("203.0.113.9", "Firefox", device_name)
    return registration.register(caller=caller, application=replace(GOOD, **changes))


def refused(door=apply, **changes):
    with pytest.raises(Several) as refusal:
        door(**changes)
    return [(fault.field, fault.code) for fault in refusal.value.each]


class TestANewFirm:
    def test_has_its_first_admin(self):
        user = apply()
        assert (user.tenant.name, user.tenant.slug) == ("Akin Tekstil A.S.", "akin-tekstil-as")
        assert (user.name, user.email, user.role) == ("Ali Akin", "ali@akintekstil.test", User.Role.ADMIN)
        assert (user.phone, user.language) == ("+905551234567", "tr")
        assert user.check_password(GOOD.password)
        assert user.email_verified_at is None

    def test_keeps_which_notice_was_shown_when_and_to_whom(self):
        user = apply()
        assert (user.kvkk_version, user.kvkk_ip) == (consent.VERSION, "203.0.113.9")
        assert (clock.now() - user.kvkk_consented_at).total_seconds() < 60
        assert user.kvkk_revoked_at is None

    @pytest.mark.parametrize("said", [True, False])
    def test_is_written_to_commercially_only_if_it_said_so(self, said):
        assert (apply(marketing_consent=said).marketing_consented_at is not None) is said

    def test_has_an_empty_account_and_no_sender(self):
        firm = apply().tenant
        assert Account.objects.values_list("balance", "reserved").get(tenant=firm) == (0, 0)
        assert firm.default_originator == ""

    def test_is_in_its_own_trail(self):
        user = apply()
        entry = AuditEntry.objects.of(user.tenant).get()
        assert (entry.action, entry.user_id, entry.entity_id) == ("user.registered", user.pk, user.pk)
        assert (entry.ip, entry.user_agent) == ("203.0.113.9", "Firefox")
        assert entry.meta == {"kvkk": consent.VERSION, "marketing": False}

    def test_is_asked_to_prove_its_address(self):
        user = apply()
        assert mailbox.received(user.email) == ["E-posta adresinizi doğrulayın"]
        links.verify(by=VISITOR, secret=mailbox.secret(user.email, "dogrula"))
        user.refresh_from_db()
        assert user.email_verified_at is not None

    def test_may_log_in(self):
        user = apply()
        step = login.log_in(email=user.email, password=GOOD.password, caller=login.Caller("203.0.113.9"))
        assert (step.user, step.missing) == (user, None)

    def test_leaves_nothing_when_its_last_step_fails(self, monkeypatch):
        def fail(**_):
            raise RuntimeError

        monkeypatch.setattr(audit, "record", fail)
        before = (Tenant.objects.count(), User.objects.count())
        with pytest.raises(RuntimeError):
            register()
        assert (Tenant.objects.count(), User.objects.count()) == before
        assert not MailRequest.objects.exists()
        assert not ApiToken.objects.exists()

    def test_is_tidy_whatever_was_pasted(self):
        user = apply(name="  Ali\n Akin ", company_name="Akin\u00a0 Tekstil", email=" Ali@Akin.test ")
        assert (user.name, user.tenant.name, user.email) == ("Ali Akin", "Akin Tekstil", "Ali@Akin.test")


class TestTheShortName:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Akin Tekstil A.S.", "akin-tekstil-as"),
            ("Işık & Çağ Şirketi", "isik-cag-sirketi"),
            ("İĞDE ÜRÜNLERİ", "igde-urunleri"),
            ("株式会社", "firma"),
            ("---", "firma"),
            ("a" * 150, "a" * 150),
        ],
    )
    def test_is_made_from_the_name(self, name, slug):
        assert apply(company_name=name).tenant.slug == slug

    def test_is_counted_on_when_others_have_it(self):
        slugs = [apply(email=f"a{n}@b.test").tenant.slug for n in range(11)]
        assert slugs[:3] == ["akin-tekstil-as", "akin-tekstil-as-2", "akin-tekstil-as-3"]
        assert slugs[8] == "akin-tekstil-as-9"
        assert len(set(slugs)) == 11


class TestAFormIsRefused:
    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"company_name": "  "}, ("company_name", "invalid-company-name")),
            ({"company_name": "x" * 151}, ("company_name", "invalid-company-name")),
            ({"name": ""}, ("name", "invalid-full-name")),
            ({"name": "Ali\x00Akin"}, ("name", "invalid-full-name")),
            ({"name": "Ali\u202eAkin"}, ("name", "invalid-full-name")),
            ({"email": "ali"}, ("email", "invalid-email")),
            (
                {"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.test"},
                ("email", "invalid-email"),
            ),
            ({"password_confirmation": "baska"}, ("password", "password-not-repeated")),
            ({"phone": "0216 123 45 67"}, ("phone", "invalid-phone")),
            ({"kvkk_consent": False}, ("kvkk_consent", "consent-missing")),
        ],
        ids=str,
    )
    def test_for_one_fault(self, changes, fault):
        assert refused(**changes) == [fault]
        assert not Tenant.objects.exists()

    def test_for_all_its_faults_at_once_in_the_order_of_the_form(self):
        faults = refused(
            company_name="",
            name="",
            email="",
            password="x",
            password_confirmation="",
            phone="x",
            kvkk_consent=False,
        )
        assert [field for field, _ in faults] == [
            "company_name", "name", "email", "password", "password", "phone", "kvkk_consent",
        ]  # fmt: skip

    def test_needs_no_phone(self):
        assert apply(phone=" ").phone == ""

    def test_by_the_panels_length_there_and_by_the_contracts_at_the_api(self):
        short = {"password": "Parola26x", "password_confirmation": "Parola26x"}
        assert refused(apply, **short) == [("password", "password-too-short")]
        assert register(**short).token


class TestAKnownAddress:
    @pytest.fixture
    def known(self):
        return factories.user(factories.tenant(credits=0, sender=""))

    def test_is_told_by_mail_and_nobody_else_is_told(self, known):
        before = Tenant.objects.count()
        assert apply(email=known.email.upper()) is not None
        assert Tenant.objects.count() == before
        assert mailbox.received(known.email) == ["SMS Merkezi'nde zaten hesabınız var"]

    def test_keeps_its_password_and_its_consent(self, known):
        apply(email=known.email)
        before = known.kvkk_consented_at
        known.refresh_from_db()
        assert known.check_password(factories.PASSWORD)
        assert known.kvkk_consented_at == before

    def test_is_refused_in_words_by_the_door_that_hands_out_a_token(self, known):
        assert refused(register, email=known.email) == [("email", "email-known")]
        assert not ApiToken.objects.exists()

    def test_costs_the_same_statements_as_a_new_one(self, known):
        assert len(kinds("yeni@ornek.test")) == 5
        assert kinds(known.email) == kinds("baska@ornek.test")

    def test_of_somebody_who_left_is_free_again(self, known):
        known.is_active, known.deleted_at = False, clock.now()
        known.save()
        assert apply(email=known.email).pk != known.pk

    def test_is_in_the_platforms_trail(self, known):
        apply(email=known.email)
        entry = AuditEntry.objects.get(action="user.registered_again")
        assert (entry.tenant_id, entry.entity_id, entry.meta) == (None, None, {})


def kinds(email):
    """What is asked of the database; whether a savepoint ends well or badly weighs the same."""
    with CaptureQueriesContext(connection) as seen:
        registration.apply(by=VISITOR, application=replace(GOOD, email=email))
    return [query["sql"].split()[:3] for query in seen if "SAVEPOINT" not in query["sql"]]


class TestTheToken:
    def test_opens_the_api_at_once(self):
        step = register(device_name="iPhone 16")
        found = tokens.authenticate(bearer=step.token, scope="api", limit=tokens.limits.Limit(60, 60))
        assert (found.user.email, found.token.abilities) == (GOOD.email, ["*"])

    def test_is_a_sessions_and_has_a_name_even_so(self):
        register(device_name="iPhone 16")
        register(email="veli@akin.test")
        made = ApiToken.objects.order_by("pk").values_list("kind", "name")
        assert list(made) == [("session", "iPhone 16"), ("session", "mobile")]


@pytest.mark.django_db(transaction=True)
def test_of_many_hands_with_one_address_one_opens_an_account():
    def attempt(n):
        try:
            register(company_name=f"Firma {n % 2}")
        except Several:
            return "known"
        finally:
            connection.close()
        return "opened"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(12)))
    assert (answers.count("opened"), answers.count("known")) == (1, 11)
    assert (Tenant.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_firms_of_one_name_get_a_short_name_each():
    def attempt(n):
        try:
            register(email=f"a{n}@b.test")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(12)))
    assert Tenant.objects.values("slug").distinct().count() == 12


def test_mails_hold_nothing_that_a_visitor_typed():
    """Or anybody could have us write anything to anybody."""
    apply(name="Hemen tıklayın", company_name="kazandiniz.test")
    mailbox.work()
    (sent,) = outbox.outbox
    assert "kazandiniz" not in sent.body + sent.alternatives[0][0]
    assert "tıklayın" not in sent.body + sent.alternatives[0][0]
