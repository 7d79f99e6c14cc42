"""Equal roads: shares by weight, less for the slow, nothing for those that rest; and firms' own accounts."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gateways import accounts, circuit, health, registry, routing, setup
from gateways.base import NotSent, Scope
from gateways.models import Circuit, GatewayAccount
from tests import factories

pytestmark = pytest.mark.django_db
NOBODY = setup.Details(title="Yol", base_url="http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


def forget():
    accounts.forget()
    circuit.forget()
    routing.forget()


def road(slug, **fields):
    account = factories.gateway(slug)
    GatewayAccount.objects.filter(pk=account.pk).update(**{"pool": "havuz", **fields})
    forget()
    account.refresh_from_db()
    return account


def drawn(account, times=4000):
    return Counter(routing.choose(account).slug for _ in range(times))


def slow(slug, share):
    tally = health.Tally()
    tally.reported(slug, delivered=100, undelivered=0, slow=round(100 * share))
    tally.write(now=True)
    routing.forget()


def rest(slug):
    circuit.heard(slug, [NotSent("busy", retry_after=timedelta(minutes=1), scope=Scope.ROAD)])


def test_shares_follow_the_weights():
    one, _ = road("bir", weight=100), road("iki", weight=300)
    shares = drawn(one)
    assert 0.2 < shares["bir"] / 4000 < 0.3


def test_an_account_of_no_pool_is_itself():
    alone = factories.gateway("tek")
    assert drawn(alone, 5) == {"tek": 5}
    assert routing.alternatives(alone) == []


def test_who_rests_or_is_switched_off_gets_nothing():
    one, _, _ = road("bir"), road("iki"), road("uc", state="down")
    rest("bir")
    assert drawn(one, 200) == {"iki": 200}


def test_where_nobody_takes_anything_it_waits_where_it_was_meant_to_go():
    one, _ = road("bir"), road("iki", weight=0)
    rest("bir")
    assert drawn(one, 20) == {"bir": 20}


def test_on_trial_an_account_gets_a_tenth_of_its_share():
    one, two = road("bir"), road("iki")
    rest("bir")
    Circuit.objects.update(open_until=None)
    circuit.forget()
    assert (routing.weight(one), routing.weight(two)) == (10, 100)


@pytest.mark.parametrize(("share", "weight"), [(0.1, 100), (0.4, 60), (0.99, 10)])
def test_slow_deliveries_cost_a_share(share, weight):
    one = road("bir")
    slow("bir", share)
    assert routing.weight(one) == pytest.approx(weight)


def test_figures_are_read_every_few_seconds(monkeypatch):
    one = road("bir")
    assert routing.weight(one) == 100
    tally = health.Tally()
    tally.reported("bir", delivered=100, undelivered=0, slow=100)
    tally.write(now=True)
    assert routing.weight(one) == 100
    later = routing.monotonic() + routing.MAX_AGE + 1
    monkeypatch.setattr(routing, "monotonic", lambda: later)
    assert routing.weight(one) == 10


def test_alternatives_come_by_priority_then_weight():
    one = road("bir")
    road("son", priority=200)
    road("hafif", priority=10, weight=10)
    road("agir", priority=10, weight=90)
    road("kapali", priority=1, state="disabled")
    road("baska", pool="baska", priority=1)
    assert [each.slug for each in routing.alternatives(one)] == ["agir", "hafif", "son"]


# A firm's own account.


def made(slug="ozel", **fields):
    account = setup.create(vendor="mock", slug=slug, details=NOBODY, note=lambda *_: None, **fields)
    forget()
    return account


def test_a_firms_own_account_does_not_exist_for_others():
    made(owner=7)
    assert accounts.of_firm("ozel", 7).slug == "ozel"
    with pytest.raises(accounts.UnknownGateway):
        accounts.of_firm("ozel", 8)
    assert "ozel" not in dict(accounts.states())
    assert ("ozel" in accounts.choices(7), "ozel" in accounts.choices(8)) == (True, False)


def test_the_platforms_account_is_everybodys():
    made()
    assert accounts.of_firm("ozel", 7).slug == accounts.of_firm("ozel", 8).slug == "ozel"
    assert "ozel" in dict(accounts.states())


def test_a_firms_own_account_is_in_no_pool_and_nobodys_default():
    account = made(owner=7)
    with pytest.raises(setup.BadAccount, match="varsayılan"):
        setup.make_default(account_id=account.pk, note=lambda *_: None)
    pooled = setup.Details(title="Yol", base_url="http://127.0.0.1:9", pool="havuz")
    with pytest.raises(setup.BadAccount, match="havuza"):
        setup.change(account_id=account.pk, details=pooled, note=lambda *_: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        GatewayAccount.objects.filter(pk=account.pk).update(pool="havuz")


# Where operators call us.


def renewed(account):
    noted = []
    url = setup.renew_callback(account_id=account.pk, note=lambda *words: noted.append(words[1:]))
    forget()
    return url, noted


def test_an_account_has_no_callback_until_it_is_given_one():
    made()
    assert registry.callback_url(accounts.get("ozel")) == ""
    assert not accounts.is_callback_key("ozel", "")


def test_a_callbacks_address_is_unguessable_told_once_and_renewed(settings):
    account = made()
    url, noted = renewed(account)
    assert url.startswith(f"{settings.SITE_URL}/callbacks/ozel/")
    key = url.rsplit("/", 1)[1]
    assert len(key) >= 43
    assert accounts.is_callback_key("ozel", key)
    assert noted == [("gateway.callback-renewed", [])]
    fresh, _ = renewed(account)
    assert fresh != url
    assert not accounts.is_callback_key("ozel", key)


def test_a_callbacks_key_is_no_field_of_the_vendors_form_and_outlives_new_credentials():
    account = made()
    url, _ = renewed(account)
    assert registry.CALLBACK_KEY not in setup.credential_names("mock")
    setup.set_credentials(account_id=account.pk, values={"token": "yeni"}, note=lambda *_: None)
    forget()
    assert registry.callback_url(accounts.get("ozel")) == url


@pytest.mark.parametrize("key", ["", "x", "ş", "x" * 200])
def test_a_wrong_key_is_nobodys(key):
    renewed(made())
    assert not accounts.is_callback_key("ozel", key)
    assert not accounts.is_callback_key("yok", key)


def test_a_callbacks_key_that_cannot_be_read_closes_the_door(settings):
    url, _ = renewed(made())
    settings.SECRETS_KEYS = ["q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c="]
    forget()
    assert not accounts.is_callback_key("ozel", url.rsplit("/", 1)[1])
    with pytest.raises(setup.Unreachable, match="okunamıyor"):
        setup.try_out(accounts.get("ozel"))
