"""What a token may, until when and from where: held by the statement that opens the door, and never widened by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from smsmerkezi.core import clock, networks
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants import token_reach, tokens
from tenants.actors import Actor
from tenants.limits import Limit
from tenants.models import ApiToken, AuditEntry, RateWindow, User
from tests import factories

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"
ABILITIES = ("sms:send", "sms:read", "balance:read", "*")


@pytest.fixture
def owner() -> User:
    return factories.user(factories.tenant(credits=0, sender=""))


@pytest.fixture
def by(owner) -> Actor:
    return Actor(owner.tenant, owner)


def made(by: Actor, *abilities: str, **reach) -> tokens.NewToken:
    return tokens.create(by=by, name="CRM", abilities=abilities or ("*",), **reach)


def opened(new: tokens.NewToken, ip: str | None = HERE) -> tokens.Pass:
    return tokens.authenticate(bearer=new.plain_text, scope="api", limit=Limit(60, 60), ip=ip)


def refused(new: tokens.NewToken, ip: str | None = HERE) -> bool:
    before = RateWindow.objects.count()
    with pytest.raises(tokens.Unauthenticated):
        opened(new, ip)
    return RateWindow.objects.count() == before


def child(new: tokens.NewToken, by: Actor) -> Actor:
    return Actor(by.firm, by.user, token_id=new.token.pk)


class TestTime:
    def test_closes_it(self, by):
        new = made(by, expires_at=clock.now() + timedelta(hours=1))
        assert opened(new)
        ApiToken.objects.update(expires_at=clock.now() - timedelta(hours=1))
        assert refused(new)

    def test_without_an_end_never_does(self, by):
        assert made(by).token.expires_at is None

    @pytest.mark.parametrize("ago", [0, 1, 86_400])
    def test_is_in_the_future_at_first(self, by, ago):
        with pytest.raises(token_reach.BadExpiry):
            made(by, expires_at=clock.now() - timedelta(seconds=ago))


class TestPlace:
    @pytest.mark.parametrize(
        ("allowed", "ip", "open_"),
        [
            ([], HERE, True),
            ([], None, True),
            ([HERE], HERE, True),
            ([HERE], ELSEWHERE, False),
            ([HERE], None, False),
            (["192.0.2.0/24"], HERE, True),
            (["192.0.2.0/29"], HERE, True),
            (["192.0.2.8/29"], HERE, False),
            ([ELSEWHERE, "192.0.2.0/24"], HERE, True),
            (["2001:db8::/32"], "2001:db8:1::7", True),
            (["2001:db8::/32"], "2001:db9::7", False),
            (["2001:db8::/32"], HERE, False),
            (["0.0.0.0/0"], HERE, True),
            (["0.0.0.0/0"], "2001:db8::7", False),
        ],
    )
    def test_decides(self, by, allowed, ip, open_):
        new = made(by, allowed_ips=allowed)
        if open_:
            assert opened(new, ip).ip == ip
        else:
            assert refused(new, ip)

    def test_costs_no_question_more(self, by, django_assert_num_queries):
        new = made(by, allowed_ips=["192.0.2.0/24"], expires_at=clock.now() + timedelta(days=1))
        statements = []
        with connection.execute_wrapper(lambda run, sql, *rest: statements.append(sql) or run(sql, *rest)):
            opened(new)
        assert statements == []  # its one statement goes past Django's cursor

    def test_is_kept_in_normal_form_and_once(self, by):
        new = made(by, allowed_ips=["192.0.2.9/24", "192.0.2.0/24", HERE])
        assert new.token.allowed_ips == ["192.0.2.0/24", "192.0.2.7/32"]

    def test_must_be_one(self, by):
        with pytest.raises(networks.BadNetwork):
            made(by, allowed_ips=[HERE, "burası"])
        assert not ApiToken.objects.exists()

    def test_is_one_of_twenty_at_most(self, by):
        with pytest.raises(token_reach.BadAddresses):
            made(by, allowed_ips=[f"192.0.2.{n}" for n in range(21)])

    def test_that_cannot_be_read_never_gets_into_the_table(self, by):
        new = made(by)
        with pytest.raises(Exception, match="inet"), transaction.atomic():
            ApiToken.objects.filter(pk=new.token.pk).update(allowed_ips=["burası"])
        assert opened(new)


class TestLastUse:
    def test_says_from_where(self, by):
        new = made(by)
        opened(new)
        assert ApiToken.objects.get().last_used_ip == HERE

    def test_of_a_refused_one_is_not_written(self, by):
        assert refused(made(by, allowed_ips=[ELSEWHERE]))
        row = ApiToken.objects.get()
        assert (row.last_used_at, row.last_used_ip) == (None, None)

    def test_is_written_with_its_time_only(self, by):
        new = made(by)
        opened(new)
        opened(new, ELSEWHERE)
        assert ApiToken.objects.get().last_used_ip == HERE
        ApiToken.objects.update(last_used_at=clock.now() - timedelta(seconds=61))
        opened(new, ELSEWHERE)
        assert ApiToken.objects.get().last_used_ip == ELSEWHERE


class TestAHint:
    def test_is_the_ends_of_the_secret(self, by):
        new = made(by)
        secret = new.plain_text.split("|")[1]
        assert new.token.hint == f"{secret[:4]}…{secret[-4:]}"
        assert secret not in str(ApiToken.objects.values().get())


class TestASession:
    def test_is_of_another_kind(self, owner, by):
        session = tokens.open_session(user=owner, name="iPhone 16")
        assert session.token.kind == "session"
        assert made(by).token.kind == "key"
        assert opened(session)


class TestATokenThatMakesAnother:
    @pytest.mark.parametrize("wanted", ABILITIES)
    @pytest.mark.parametrize("own", ABILITIES)
    def test_gives_away_only_what_it_has(self, by, own, wanted):
        parent = child(made(by, own), by)
        if own in {wanted, "*"}:
            assert made(parent, wanted).token.abilities == [wanted]
        else:
            with pytest.raises(Forbidden, match=f'Bu token "[{wanted}]+" yetkisine sahip değil'):
                made(parent, wanted)
            assert ApiToken.objects.count() == 1

    def test_gives_away_several_it_has_and_not_one_more(self, by):
        parent = child(made(by, "sms:send", "sms:read"), by)
        assert made(parent, "sms:read", "sms:send")
        with pytest.raises(Forbidden):
            made(parent, "sms:read", "balance:read")

    def test_gives_away_no_more_time(self, by):
        end = clock.now() + timedelta(days=1)
        parent = child(made(by, expires_at=end), by)
        assert made(parent).token.expires_at == end
        assert made(parent, expires_at=end + timedelta(days=1)).token.expires_at == end
        sooner = end - timedelta(hours=1)
        assert made(parent, expires_at=sooner).token.expires_at == sooner

    def test_gives_away_no_other_place(self, by):
        parent = child(made(by, allowed_ips=["192.0.2.0/24"]), by)
        assert made(parent).token.allowed_ips == ["192.0.2.0/24"]
        assert made(parent, allowed_ips=[HERE]).token.allowed_ips == ["192.0.2.7/32"]
        with pytest.raises(token_reach.BadAddresses):
            made(parent, allowed_ips=[HERE, ELSEWHERE])

    def test_that_was_revoked_in_the_meantime_makes_none(self, by):
        new = made(by)
        tokens.revoke(by=by, token_id=new.token.pk)
        with pytest.raises(tokens.Unauthenticated):
            made(child(new, by))

    def test_a_person_needs_none(self, by):
        assert made(by, "*").token.abilities == ["*"]


class TestOnesOwn:
    def test_are_listed_newest_first_and_say_whose_time_is_over(self, owner, by):
        first, second = made(by), made(by, expires_at=clock.now() + timedelta(hours=1))
        made(Actor(owner.tenant, factories.user(owner.tenant)))
        ApiToken.objects.filter(pk=second.token.pk).update(expires_at=clock.now() - timedelta(hours=1))
        assert [(row.pk, row.over) for row in tokens.of(owner)] == [
            (second.token.pk, True),
            (first.token.pk, False),
        ]

    def test_are_found_and_nobody_elses(self, owner, by):
        new = made(by)
        assert tokens.find(by=by, token_id=new.token.pk) == new.token
        other = factories.user(owner.tenant)
        with pytest.raises(NotFound):
            tokens.find(by=Actor(owner.tenant, other), token_id=new.token.pk)

    def test_are_written_down_with_what_they_may_and_not_from_where(self, by):
        made(by, "sms:read", allowed_ips=[HERE])
        assert AuditEntry.objects.get(action="token.created").meta == {"abilities": ["sms:read"]}


def test_the_database_refuses_an_unreadable_list_by_name(by):
    """Its cast is what AUTHENTICATE relies on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'token_networks_readable'")
        assert cursor.fetchone()
    assert IntegrityError
