"""Setting up accounts: what cannot work is refused at once, the trail hears names and never values."""

from dataclasses import replace

import pytest

from gateways import accounts, circuit, registry, setup
from gateways.base import Balance, NotSent, Scope, SenderName, SenderState
from gateways.mock import Mock
from gateways.models import GatewayAccount
from smsmerkezi.core import clock
from smsmerkezi.core.errors import NotFound
from tests import factories

pytestmark = pytest.mark.django_db
DETAILS = setup.Details(title="Yeni", base_url="https://gateway.ornek.test")


class Trail(list):
    """What the caller would write down."""

    def __call__(self, account, action, changes):
        self.append((account.slug, action, changes))


@pytest.fixture(autouse=True)
def _fresh():
    accounts.forget()
    circuit.forget()
    yield
    accounts.forget()
    circuit.forget()


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def account():
    return factories.gateway()


def create(trail, **fields):
    return setup.create(**{"vendor": "mock", "slug": "yeni", "details": DETAILS, "note": trail} | fields)


def test_an_account_starts_without_credentials(trail):
    made = create(trail)
    assert dict(made.credentials) == {}
    assert trail == [("yeni", "gateway.created", {})]


@pytest.mark.parametrize("vendor", registry.VENDORS)
def test_every_vendor_can_be_set_up_and_names_its_keys(trail, vendor):
    made = create(trail, vendor=vendor)
    keys = setup.credential_names(vendor)
    assert set(registry.vendor(vendor).secrets) <= set(keys)
    setup.set_credentials(account_id=made.pk, values=dict.fromkeys(keys, "deger"), note=trail)
    kept = GatewayAccount.objects.get(pk=made.pk).credentials
    assert dict(kept) == dict.fromkeys(keys, "deger")
    assert trail[-1] == ("yeni", "gateway.credentials-set", {key: ["•••", "•••"] for key in keys})


def test_an_unknown_vendor_is_refused(trail):
    with pytest.raises(registry.UnknownGateway):
        create(trail, vendor="yok")
    assert setup.credential_names("yok") == ()


def test_a_short_name_is_taken_once(trail):
    create(trail)
    with pytest.raises(setup.SlugTaken):
        create(trail)
    assert GatewayAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "ftp://x"),
        ("base_url", ""),
        ("base_url", "https://a:b@c"),
        ("base_url", "https://x?y=1"),
        ("title", ""),
        ("title", "x" * 81),
        ("state", "belki"),
        ("options", []),
        ("options", "x"),
        ("options", {"timeout": "uzun"}),
        ("options", {"timeout": None}),
        ("options", {"class": "Z"}),
        ("options", {"ca_file": "/yok/boyle"}),
    ],
)
def test_details_that_cannot_work_are_refused_before_any_message(trail, account, field, value):
    details = setup.Details(**{"title": "Yeni", "base_url": "https://gateway.ornek.test", field: value})
    with pytest.raises(setup.BadAccount) as refused:
        create(trail, details=details)
    assert refused.value.field == field
    with pytest.raises(setup.BadAccount):
        setup.change(account_id=account.pk, details=details, note=trail)
    assert trail == []
    assert GatewayAccount.objects.get().base_url == account.base_url


def test_a_change_is_obeyed_by_the_next_gateway(trail, account, django_capture_on_commit_callbacks):
    before = registry.get(account.slug)
    with django_capture_on_commit_callbacks(execute=True):
        setup.change(account_id=account.pk, details=DETAILS, note=trail)
    assert accounts.get(account.slug).base_url == DETAILS.base_url
    assert registry.get(account.slug) is not before


def test_what_is_not_given_is_kept_and_what_is_unknown_is_left_out(trail, account):
    values = {"token": "", "baska": "x"}
    with pytest.raises(setup.BadAccount):
        setup.set_credentials(account_id=account.pk, values=values, note=trail)
    setup.set_credentials(account_id=account.pk, values={"token": "yeni", "baska": "x"}, note=trail)
    assert dict(GatewayAccount.objects.get(pk=account.pk).credentials) == {"token": "yeni"}
    assert "yeni" not in str(trail)


def test_the_default_moves_and_there_is_never_a_second(trail, account):
    other = factories.gateway("iki", default=True)
    setup.make_default(account_id=account.pk, note=trail)
    assert GatewayAccount.objects.get(is_default=True) == account
    setup.make_default(account_id=other.pk, note=trail)
    assert GatewayAccount.objects.get(is_default=True) == other


def test_an_account_that_is_not_there_is_not_found(trail):
    calls = (setup.make_default, setup.renew_callback, setup.speak_again)
    for call in (*calls, lambda **said: setup.change(details=DETAILS, **said)):
        with pytest.raises(NotFound):
            call(account_id=10**15, note=trail)
    with pytest.raises(NotFound):
        setup.set_credentials(account_id=10**15, values={"token": "x"}, note=trail)


def test_a_callback_address_cannot_be_guessed_and_the_old_one_is_dead(
    trail, account, settings, django_capture_on_commit_callbacks
):
    addresses = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            addresses.append(setup.renew_callback(account_id=account.pk, note=trail))
    keys = [address.removeprefix(f"{settings.SITE_URL}/callbacks/mock/") for address in addresses]
    assert [len(key) for key in keys] == [43, 43]
    assert [accounts.is_callback_key("mock", key) for key in keys] == [False, True]
    assert GatewayAccount.objects.get(pk=account.pk).credentials["token"] == "gizli"
    assert trail == [("mock", "gateway.callback-renewed", {})] * 2
    assert not any(key in str(trail) for key in keys)


def test_credentials_that_are_set_keep_the_callback_address(trail, account):
    address = setup.renew_callback(account_id=account.pk, note=trail)
    setup.set_credentials(account_id=account.pk, values={"token": "yeni"}, note=trail)
    assert registry.callback_url(GatewayAccount.objects.get(pk=account.pk)) == address


def test_nobody_sets_the_callback_key_by_hand(trail, account):
    with pytest.raises(setup.BadAccount):
        setup.set_credentials(account_id=account.pk, values={registry.CALLBACK_KEY: "x"}, note=trail)


def test_a_rest_is_ended_by_hand_and_told(trail, account):
    circuit.heard("mock", [NotSent("credentials", scope=Scope.ACCOUNT)])
    assert circuit.state("mock").rests_for
    setup.speak_again(account_id=account.pk, note=trail)
    assert circuit.state("mock") == circuit.FINE
    with pytest.raises(setup.NotResting):
        setup.speak_again(account_id=account.pk, note=trail)
    assert trail == [("mock", "gateway.spoken-to-again", {})]


def test_only_the_platforms_own_can_be_everybodys_road(trail):
    own = create(trail, owner=7)
    assert own.owner == 7
    with pytest.raises(setup.BadAccount):
        setup.make_default(account_id=own.pk, note=trail)
    assert not GatewayAccount.objects.filter(is_default=True).exists()


@pytest.mark.parametrize(
    ("field", "value"), [("weight", -1), ("weight", 1001), ("priority", -1), ("pool", "boşluk var")]
)
def test_shares_that_cannot_be_are_refused_at_their_field(trail, field, value):
    details = setup.Details(**{"title": "Yeni", "base_url": "https://gateway.ornek.test", field: value})
    with pytest.raises(setup.BadAccount) as refused:
        create(trail, details=details)
    assert refused.value.field == field
    with pytest.raises(setup.BadAccount):
        setup.change(account_id=factories.gateway().pk, details=details, note=trail)


class WithSenders(Mock):
    """A vendor that lists its senders."""

    @property
    def capabilities(self):
        return replace(super().capabilities, senders=True)

    def balance(self):
        return [Balance("5", "credits")]

    def senders(self):
        return [SenderName("FIRMA"), SenderName("YENI", SenderState.WAITING)]


def test_who_tries_an_account_out_is_told_what_it_holds(account, simulator, monkeypatch):
    GatewayAccount.objects.update(base_url=simulator.url, updated_at=clock.now())
    told = setup.try_out(GatewayAccount.objects.get())
    assert told == setup.Told([Balance("1000000", "credits")], None)
    monkeypatch.setitem(registry.VENDORS, "with-senders", f"{__name__}.WithSenders")
    GatewayAccount.objects.update(vendor="with-senders", updated_at=clock.now())
    told = setup.try_out(GatewayAccount.objects.get())
    assert [sender.label for sender in told.senders] == ["FIRMA", "YENI"]


def test_a_silent_operator_is_a_refusal_without_secrets(account):
    with pytest.raises(setup.Unreachable) as refused:
        setup.try_out(account)
    assert "gizli" not in refused.value.message
