"""Who must not be written to: the firm's list, the platform's, and those who were erased."""

import hashlib
import hmac

import pytest
from django.db import IntegrityError, connection, transaction

from messaging.contacts import erased, optouts, platform_list
from messaging.contacts.models import ErasedOptOut, OptOut, OptOutEvent, Pepper, PlatformOptOut
from messaging.sms import quoting, sending
from messaging.sms.store import accept
from smsmerkezi.core.errors import Forbidden, NotFound
from smsmerkezi.core.phones import InvalidNumber
from tenants.models import AuditEntry
from tests import factories, switching

pytestmark = pytest.mark.django_db
NUMBER = 905300010001


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant()


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def listed(by, **fields) -> OptOut:
    optouts.add(by=by, numbers=[factories.number(1)], **fields)
    return OptOut.objects.of(by.tenant).get()


def erase(firm, number=NUMBER):
    ErasedOptOut.objects.create(
        tenant=firm, digest=erased.digest(firm_id=firm.pk, msisdn=number), source="sms"
    )


class TestPasting:
    def test_counts_what_became_of_each_line(self, by):
        optouts.add(by=by, numbers=["05300010001"])
        lines = ["0530 001 00 01", "05300020001", "5300020001", "abc", "", "02123334455"]

        told = optouts.add_pasted(by=by, numbers=lines, note="fuar listesi")

        assert (told.added, told.known, told.repeated) == (1, 1, 1)
        assert told.invalid == [(4, "abc"), (5, ""), (6, "02123334455")]
        row = OptOut.objects.of(by.tenant).get(msisdn=905300020001)
        assert (row.source, row.note, row.user_id) == ("panel", "fuar listesi", by.user_id)

    def test_of_no_number_at_all_adds_nothing(self, by):
        assert optouts.add_pasted(by=by, numbers=["x"]).added == 0
        assert not AuditEntry.objects.filter(action="optout.added").exists()

    def test_has_its_limits(self, by, monkeypatch):
        monkeypatch.setattr(optouts, "PASTED", 1)
        with pytest.raises(optouts.TooMany):
            optouts.add_pasted(by=by, numbers=["1", "2"])
        for note in ("x" * 201, "\0"):
            with pytest.raises(optouts.BadNote):
                optouts.add_pasted(by=by, numbers=["1"], note=note)

    def test_is_not_for_viewers(self, firm):
        with pytest.raises(Forbidden):
            optouts.add_pasted(by=factories.actor(firm, role="viewer"), numbers=[])


class TestRemoving:
    def test_is_an_administrator_s_with_a_reason_that_is_kept(self, by):
        row = listed(by)

        optouts.remove(by=by, optout_id=row.pk, reason="  Alıcı yazılı   onay verdi ")

        assert not OptOut.objects.exists()
        assert [(event.kind, event.reason) for event in optouts.history(by=by, msisdn=row.msisdn)] == [
            ("allowed", "Alıcı yazılı onay verdi"),
            ("refused", ""),
        ]
        told = AuditEntry.objects.get(action="optout.removed")
        assert told.meta == {"number": "0530 *** 00 01", "source": "panel"}

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_is_nobody_else_s(self, firm, by, role):
        row = listed(by)
        with pytest.raises(Forbidden):
            optouts.remove(by=factories.actor(firm, role=role), optout_id=row.pk, reason="neden olmasın")

    def test_is_refused_where_the_person_said_so_at_iys(self, by):
        row = listed(by, source="iys")
        with pytest.raises(optouts.FromIys, match="İYS"):
            optouts.remove(by=by, optout_id=row.pk, reason="neden olmasın")
        assert OptOut.objects.exists()

    @pytest.mark.parametrize("reason", ["", "kısa", "    a   ", "x" * 501, "bir\0neden"])
    def test_needs_a_reason(self, by, reason):
        row = listed(by)
        with pytest.raises(optouts.BadReason):
            optouts.remove(by=by, optout_id=row.pk, reason=reason)

    def test_of_another_firm_s_is_not_there(self, by):
        row = listed(by)
        with pytest.raises(NotFound):
            optouts.remove(by=factories.actor(factories.tenant()), optout_id=row.pk, reason="neden olmasın")
        assert OptOut.objects.exists()


class TestTheHistory:
    def test_is_written_by_whoever_adds(self, firm, by):
        OptOut.objects.create(tenant=firm, msisdn=NUMBER, source="link", note="k")
        [event] = optouts.history(by=by, msisdn=NUMBER)
        assert (event.kind, event.source, event.reason) == ("refused", "link", "k")

    def test_is_never_rewritten(self, firm, by):
        listed(by)
        for change in ({"kind": "allowed"}, {"msisdn": 1}, {"source": "iys"}):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                OptOutEvent.objects.of(firm).update(**change)

    def test_forgets_the_number_of_somebody_who_was_erased_and_nothing_else(self, firm, by):
        listed(by)
        OptOutEvent.objects.of(firm).update(msisdn=None, digest=b"x", reason="")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            OptOutEvent.objects.of(firm).update(msisdn=1, digest=None)


class TestThePlatformSList:
    def test_holds_for_every_firm_at_accept(self, firm, by):
        platform_list.add(by=switching.staff(), numbers=[factories.number(1)], note="mahkeme kararı")

        message = factories.sent(firm, factories.number(1), factories.number(2))

        assert (message.recipients, message.skipped) == (1, 1)
        assert quoting.quote(by=by, order=factories.order(factories.number(1))).opted_out == 1

    def test_is_left_with_a_reason(self, firm):
        platform_list.add(by=switching.staff(), numbers=[factories.number(1), factories.number(1)])
        assert platform_list.add(by=switching.staff(), numbers=[factories.number(1)]) == 0
        row = PlatformOptOut.objects.get()
        with pytest.raises(optouts.BadReason):
            platform_list.remove(by=switching.staff(), optout_id=row.pk, reason="   x ")

        platform_list.remove(by=switching.staff(), optout_id=row.pk, reason="karar kalktı")

        assert str(row.pk) in str(row)
        assert factories.sent(firm, factories.number(1)).recipients == 1
        with pytest.raises(NotFound):
            platform_list.remove(by=switching.staff(), optout_id=row.pk, reason="karar kalktı")

    def test_is_staff_s_alone(self, by):
        with pytest.raises(Forbidden):
            platform_list.add(by=by, numbers=[])
        with pytest.raises(Forbidden):
            platform_list.remove(by=by, optout_id=1, reason="karar kalktı")

    def test_has_its_limits(self, monkeypatch):
        monkeypatch.setattr(platform_list, "PASTED", 1)
        with pytest.raises(optouts.TooMany):
            platform_list.add(by=switching.staff(), numbers=["1", "2"])
        with pytest.raises(optouts.BadNote):
            platform_list.add(by=switching.staff(), numbers=["1"], note="x" * 201)
        with pytest.raises(InvalidNumber):
            platform_list.add(by=switching.staff(), numbers=["1"])


class TestAnErasedRefusal:
    def test_still_holds_at_accept_for_its_firm_alone(self, firm):
        erase(firm)

        with pytest.raises(sending.NoRecipientsLeft):
            factories.sent(firm, "05300010001")

        assert factories.sent(factories.tenant(), "05300010001").recipients == 1

    def test_says_nothing_of_others(self, firm):
        erase(firm)
        assert accept.opted_out(tenant_id=firm.pk, msisdns=[NUMBER, NUMBER + 1]) == {NUMBER}

    def test_is_a_keyed_digest_that_both_sides_compute_alike(self, firm):
        with connection.cursor() as cursor:
            cursor.execute("SELECT contacts_digest(%s::bytea, %s, %s)", [erased.pepper(), firm.pk, NUMBER])
            [theirs] = cursor.fetchone()
        ours = erased.digest(firm_id=firm.pk, msisdn=NUMBER)
        assert bytes(theirs) == ours
        assert len(ours) == 32
        assert ours != hashlib.sha256(f"{firm.pk}:{NUMBER}".encode()).digest()
        assert ours != erased.digest(firm_id=firm.pk + 1, msisdn=NUMBER)

    def test_has_a_key_that_lies_encrypted(self, firm):
        mine = erased.digest(firm_id=firm.pk, msisdn=NUMBER)
        for secret in Pepper.objects.values_list("secret", flat=True):
            assert hmac.new(secret.encode(), f"{firm.pk}:{NUMBER}".encode(), hashlib.sha256).digest() != mine

    @pytest.mark.django_db(transaction=True)
    def test_has_a_key_that_no_rollback_takes_back(self):
        Pepper.objects.all().delete()
        for cached in (erased._key, erased.pepper):
            cached.cache_clear()
        with transaction.atomic():
            key = erased._key()
            transaction.set_rollback(True)
        erased._key.cache_clear()
        assert erased._key() == key
