"""Tokens as the domain knows them; what the doors make of them is tested in tests/api."""

import hashlib
import re
from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants import token_reach, tokens
from tenants.actors import Actor
from tenants.limits import Limit
from tenants.models import ApiToken, AuditEntry, RateWindow, User
from tests import factories

LIMIT = Limit(5, 60)


@pytest.fixture
def owner(db, settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return factories.user(factories.tenant())


def made(owner: User, *abilities: str) -> tokens.NewToken:
    return tokens.create(by=Actor(owner.tenant, owner), name="CRM", abilities=abilities or ("*",))


def opened(plain: str, scope: str = "api") -> tokens.Pass:
    return tokens.authenticate(bearer=plain, scope=scope, limit=LIMIT)


class TestANewToken:
    def test_is_an_id_and_forty_random_letters(self, owner):
        new = made(owner)
        assert re.fullmatch(rf"{new.token.pk}\|[A-Za-z0-9]{{40}}", new.plain_text)
        assert made(owner).plain_text.split("|")[1] != new.plain_text.split("|")[1]

    def test_is_kept_as_its_hash(self, owner):
        new = made(owner)
        secret = new.plain_text.split("|")[1]
        assert ApiToken.objects.get().secret_hash == hashlib.sha256(secret.encode()).hexdigest()

    def test_keeps_each_ability_once_in_the_order_given(self, owner):
        assert made(owner, "sms:read", "sms:send", "sms:read").token.abilities == ["sms:read", "sms:send"]

    @pytest.mark.parametrize("name", ["", " ", "x" * 65])
    def test_has_a_name(self, owner, name):
        with pytest.raises(token_reach.BadTokenName) as refused:
            tokens.create(by=Actor(owner.tenant, owner), name=name, abilities=["*"])
        assert refused.value.field == "name"

    @pytest.mark.parametrize("abilities", [[], ["sms.send"], ["*", "root"], [""]])
    def test_has_known_abilities(self, owner, abilities):
        with pytest.raises(token_reach.BadAbilities):
            tokens.create(by=Actor(owner.tenant, owner), name="CRM", abilities=abilities)
        assert not ApiToken.objects.exists()

    def test_belongs_to_a_person(self, owner):
        with pytest.raises(Forbidden):
            tokens.create(by=Actor(owner.tenant), name="CRM", abilities=["*"])


class TestOpening:
    def test_tells_whose_it_is_and_what_it_may(self, owner):
        found = opened(made(owner, "sms:read").plain_text)
        assert (found.user.pk, found.user.role, found.user.tenant.pk) == (
            owner.pk,
            owner.role,
            owner.tenant_id,
        )
        assert found.user.tenant.default_originator == owner.tenant.default_originator
        found.require("sms:read")
        with pytest.raises(Forbidden, match='Bu token "sms:send" yetkisine sahip değil'):
            found.require("sms:send")

    def test_by_a_star_allows_everything_and_a_star_needs_a_star(self, owner):
        everything, little = opened(made(owner, "*").plain_text), opened(made(owner, "sms:send").plain_text)
        for ability in ("sms:send", "sms:read", "balance:read", "*"):
            everything.require(ability)
        with pytest.raises(Forbidden):
            little.require("*")

    def test_of_platform_staff_has_no_firm(self, owner):
        staff = factories.reviewer()
        assert opened(made(staff).plain_text).user.tenant is None

    def test_counts_in_the_scope_of_the_door(self, owner):
        plain = made(owner).plain_text
        assert [opened(plain).quota.remaining, opened(plain).quota.remaining] == [4, 3]
        assert opened(plain, scope="sms-send").quota.remaining == 4

    def test_goes_on_counting_above_the_limit_and_leaves_the_answer_to_the_door(self, owner):
        plain = made(owner).plain_text
        assert [opened(plain).quota.exceeded for _ in range(7)] == [False] * 5 + [True] * 2

    @pytest.mark.parametrize(
        "bearer", ["", "7", "7|", "|x", "0|" + "a" * 40, "01|" + "a" * 40, "1|" + "a" * 41, "1|" + "ş" * 40]
    )
    def test_needs_the_form(self, db, bearer, django_assert_num_queries):
        with django_assert_num_queries(0), pytest.raises(tokens.Unauthenticated):
            opened(bearer)

    def test_needs_the_secret_and_counts_nothing_without_it(self, owner):
        new = made(owner)
        with pytest.raises(tokens.Unauthenticated):
            opened(f"{new.token.pk}|{'x' * 40}")
        assert not RateWindow.objects.exists()
        assert ApiToken.objects.get().last_used_at is None

    def test_needs_an_active_person_of_an_active_firm(self, owner):
        plain = made(owner).plain_text
        for thing, field, value, back in (
            (owner, "is_active", False, True),
            (owner.tenant, "state", "suspended", "active"),
        ):
            setattr(thing, field, value)
            thing.save()
            with pytest.raises(tokens.Unauthenticated):
                opened(plain)
            setattr(thing, field, back)
            thing.save()
        assert opened(plain)

    def test_writes_its_time_once_a_minute(self, owner):
        plain = made(owner).plain_text
        opened(plain)
        first = ApiToken.objects.get().last_used_at
        opened(plain)
        assert ApiToken.objects.get().last_used_at == first
        ApiToken.objects.update(last_used_at=clock.now() - timedelta(seconds=61))
        opened(plain)
        assert ApiToken.objects.get().last_used_at > clock.now() - timedelta(seconds=60)


class TestRevoking:
    def test_ends_it_and_leaves_a_trace(self, owner):
        new = made(owner)
        tokens.revoke(by=Actor(owner.tenant, owner), token_id=new.token.pk)
        with pytest.raises(tokens.Unauthenticated):
            opened(new.plain_text)
        entry = AuditEntry.objects.get(action="token.revoked")
        assert (entry.user_id, entry.entity_id, entry.tenant_id) == (owner.pk, new.token.pk, owner.tenant_id)

    def test_reaches_only_ones_own(self, owner):
        other = factories.user(owner.tenant)
        new = made(other)
        with pytest.raises(NotFound):
            tokens.revoke(by=Actor(owner.tenant, owner), token_id=new.token.pk)
        assert opened(new.plain_text)
        assert not AuditEntry.objects.filter(action="token.revoked").exists()
