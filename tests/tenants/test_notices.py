"""Notices: told to those whom it concerns, the ways they chose, in the language they read; once, and to nobody else."""

import string
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import translation

from messaging.senders import approval
from smsmerkezi.core import clock
from smsmerkezi.core.errors import NotFound
from smsmerkezi.core.ids import NO_UUID
from smsmerkezi.templatetags import ui
from tenants import (
    enrolment,
    invitations,
    mail,
    notice_choices,
    notice_kinds,
    notices,
    passwords,
    people,
    privacy,
    tokens,
)
from tenants.actors import Actor
from tenants.models import AuditEntry, Authenticator, Notification, OutgoingMail, User
from tenants.notice_kinds import KINDS
from tests import factories
from tests.tenants.test_invitations import secret_of
from tests.tenants.test_joining import joined

pytestmark = pytest.mark.django_db
FACTS = {
    "ip": "192.0.2.7", "name": "CRM", "label": "MARKA", "reason": "Belge eksik.", "firm": "Örnek A.Ş.", "available": 480, "threshold": 500,
    "recipients": 1000, "sent": 990, "day": "01.12.2026", "charged": 990,
}  # fmt: skip


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def reader(firm) -> User:
    return factories.user(firm)


@pytest.fixture
def by(firm, reader) -> Actor:
    return Actor(firm, reader)


def told(reader: User, kind: str = "balance_low", **facts) -> Notification | None:
    notices.notify(people=[reader], kind=kind, data={**FACTS, **facts})
    return notices.of(reader).first()


def mailed(reader: User) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=reader.email, template="notice").order_by("pk"))


class TestTheTable:
    @pytest.mark.parametrize("kind", KINDS)
    def test_says_each_kind_in_both_languages_from_known_facts(self, kind):
        said = {}
        for language in ("tr", "en"):
            with translation.override(language):
                said[language] = notice_kinds.say(kind, FACTS)
        assert said["tr"] != said["en"]
        assert all(words.title and words.body for words in said.values())
        assert not [words for words in said.values() if "{" in words.title + words.body]

    @pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
    def test_names_an_icon_that_is_there(self, kind):
        assert kind.icon in ui.ICONS

    def test_uses_plain_facts_only(self):
        """`{name.__class__}` in a sentence of ours would be a slip."""
        for kind in KINDS.values():
            for sentence in (str(kind.title), str(kind.body)):
                assert all(
                    name is None or name.isidentifier() for _, name, *_ in string.Formatter().parse(sentence)
                )

    def test_what_is_told_fits_its_column(self, reader):
        notice = told(reader, "sender_rejected", reason="x" * 600)
        assert len(notice.body) == notice_kinds.LONGEST_BODY


class TestTelling:
    def test_leaves_a_row_and_a_mail_in_one_transaction(self, reader):
        with transaction.atomic():
            told(reader)
            transaction.set_rollback(True)
        assert not Notification.objects.exists()
        assert not mailed(reader)
        notice = told(reader)
        assert (notice.kind, notice.tenant, notice.read_at) == ("balance_low", reader.tenant, None)
        assert len(mailed(reader)) == 1

    def test_keeps_the_facts_as_they_are(self, reader):
        notice = told(reader)
        assert notice.data == FACTS
        assert UUID(str(notice.pk)).version == 7

    def test_reaches_several_people_with_one_look_at_their_choices(self, firm, django_assert_max_num_queries):
        many = [factories.user(firm) for _ in range(10)]
        with django_assert_max_num_queries(2 + len(many)):
            notices.notify(people=many, kind="balance_low", data=FACTS)
        assert Notification.objects.count() == 10
        assert len({notices.of(user).get().pk for user in many}) == 10

    def test_of_nobody_tells_nobody(self):
        notices.notify(people=[], kind="balance_low", data=FACTS)
        assert not Notification.objects.exists()

    def test_of_an_unknown_kind_or_without_its_facts_is_loud(self, reader):
        for kind, data in (("kral", FACTS), ("balance_low", {})):
            with pytest.raises(KeyError):
                notices.notify(people=[reader], kind=kind, data=data)

    def test_writes_to_verified_addresses_only(self, firm):
        stranger = factories.user(firm, email_verified_at=None)
        told(stranger)
        assert notices.of(stranger).count() == 1
        assert not mailed(stranger)


class TestTheMail:
    def test_is_in_the_language_the_person_had_then(self, firm):
        reader = factories.user(firm, language="en")
        told(reader)
        letter = mail.rendered(mailed(reader)[0])
        assert letter.subject == "Balance is low"
        assert "500" in letter.body
        assert "http://" in letter.body

    def test_escapes_what_it_tells_of(self, reader):
        told(reader, "token_created", name="<b>&")
        letter = mail.rendered(mailed(reader)[0])
        assert "&lt;b&gt;&amp;" in letter.alternatives[0][0]
        assert "<b>&" in letter.body

    @pytest.mark.parametrize(
        ("kind", "words"), [("token_created", "kapatılamaz"), ("balance_low", "ayarlardan")]
    )
    def test_says_whether_it_can_be_turned_off(self, reader, kind, words):
        told(reader, kind)
        letter = mail.rendered(mailed(reader)[0])
        assert words in letter.body
        assert words in letter.alternatives[0][0]


class TestReading:
    def test_is_in_the_readers_language_of_now(self, reader):
        notice = told(reader)
        assert notices.words(notice).title == "Bakiye azaldı"
        with translation.override("en"):
            assert notices.words(notice).title == "Balance is low"

    def test_is_kept_in_turkish_for_kinds_that_are_no_more(self, firm):
        reader = factories.user(firm, language="en")
        with translation.override("en"):
            notice = told(reader)
            notice.kind = "forgotten"
            assert notices.words(notice).title == "Bakiye azaldı"

    def test_falls_back_where_a_sentence_asks_for_more_than_was_written(self, reader):
        notice = told(reader)
        notice.data = {}
        assert notices.words(notice) == notice_kinds.Words(notice.title, notice.body)

    def test_is_newest_first(self, reader):
        first = told(reader)
        second = told(reader)
        assert list(notices.of(reader)) == [second, first]

    def test_marks_once_and_keeps_the_first_time(self, by, reader):
        notice = told(reader)
        first = notices.mark_read(by=by, notice_id=notice.pk).read_at
        assert first is not None
        assert notices.mark_read(by=by, notice_id=notice.pk).read_at == first
        assert not notices.unread(reader).exists()

    def test_marks_all_and_says_how_many_were_not(self, by, reader):
        for _ in range(3):
            told(reader)
        notices.mark_read(by=by, notice_id=told(reader).pk)
        assert notices.mark_all_read(by=by) == 3
        assert notices.mark_all_read(by=by) == 0

    def test_reaches_nobody_elses(self, firm, by):
        other = factories.user(firm)
        notice = told(other)
        for call in (notices.mark_read, notices.delete):
            for wanted in (notice.pk, uuid4(), NO_UUID):
                with pytest.raises(NotFound, match="Bildirim bulunamadı"):
                    call(by=by, notice_id=wanted)
        assert notices.mark_all_read(by=by) == 0
        assert notices.unread(other).count() == 1

    def test_deletes(self, by, reader):
        notice = told(reader)
        notices.delete(by=by, notice_id=notice.pk)
        with pytest.raises(NotFound):
            notices.delete(by=by, notice_id=notice.pk)

    def test_forgets_what_is_half_a_year_old(self, reader):
        told(reader)
        old = told(reader)
        Notification.objects.filter(pk=old.pk).update(created_at=clock.now().replace(year=2020))
        assert notices.prune() == 1
        assert notices.of(reader).count() == 1


class TestChoosing:
    def ways(self, reader: User) -> dict[str, notice_choices.Ways]:
        return {name: ways for name, _, ways in notice_choices.choices(reader)}

    def test_begins_with_each_kinds_own(self, reader):
        ways = self.ways(reader)
        assert list(ways) == [name for name, kind in KINDS.items() if not kind.staff]
        assert list(self.ways(factories.reviewer())) == list(KINDS)
        assert ways["balance_low"] == (True, True)
        assert ways["invitation_accepted"] == (True, False)

    @pytest.mark.parametrize(("panel", "email"), [(True, True), (True, False), (False, True), (False, False)])
    def test_decides_the_ways(self, by, reader, panel, email):
        notice_choices.choose(by=by, wanted={"balance_low": notice_choices.Ways(panel, email)})
        told(reader)
        assert (notices.of(reader).exists(), bool(mailed(reader))) == (panel, email)

    def test_may_change(self, by, reader):
        for ways in (
            notice_choices.Ways(panel=False, email=False),
            notice_choices.Ways(panel=True, email=False),
        ):
            notice_choices.choose(by=by, wanted={"balance_low": ways})
        assert self.ways(reader)["balance_low"] == (True, False)
        assert reader.notification_choices.count() == 1

    def test_silences_nothing_that_guards_the_account(self, by, reader):
        silent = notice_choices.Ways(panel=False, email=False)
        notice_choices.choose(by=by, wanted=dict.fromkeys(KINDS, silent))
        guarding = [name for name, kind in KINDS.items() if kind.guarding]
        assert len(guarding) == 6
        for kind in KINDS:
            told(reader, kind)
        assert sorted(notice.kind for notice in notices.of(reader)) == sorted(guarding)
        assert len(mailed(reader)) == len(guarding)

    def test_silences_nothing_by_a_row_either(self, reader):
        reader.notification_choices.create(kind="token_created", panel=False, email=False)
        assert told(reader, "token_created")

    def test_ignores_unknown_kinds_and_is_written_down(self, by, reader):
        notice_choices.choose(by=by, wanted={"kral": notice_choices.Ways(panel=True, email=True)})
        assert not reader.notification_choices.exists()
        assert AuditEntry.objects.get(action="profile.updated").meta == {"fields": ["notifications"]}

    def test_is_ones_own(self, firm, by):
        other = factories.user(firm)
        notice_choices.choose(by=by, wanted={"balance_low": notice_choices.Ways(panel=False, email=False)})
        assert self.ways(other)["balance_low"] == (True, True)


class TestWhatTellsOfIt:
    def test_a_new_token(self, by, reader):
        made = tokens.create(by=by, name="Üretim CRM", abilities=["*"])
        notice = notices.of(reader).get()
        assert (notice.kind, notice.data) == ("token_created", {"name": "Üretim CRM"})
        assert "Üretim CRM" in notice.body
        secret = made.plain_text.split("|")[1]
        assert secret not in str(notice.__dict__) + mail.rendered(mailed(reader)[0]).body

    def test_a_password_that_somebody_else_set(self, reader):
        staff = Actor(None, factories.reviewer())
        people.set_password(by=staff, user_id=reader.pk, password="yepyeni-bir-parola-1")
        assert notices.of(reader).get().kind == "password_changed"
        assert len(mailed(reader)) == 1

    def test_ones_own_new_password_in_the_bell_beside_the_mail_that_it_writes_itself(self, by, reader):
        new = "yepyeni-bir-parola-1"
        passwords.change(by=by, current=factories.PASSWORD, new=new, again=new)
        assert notices.of(reader).get().kind == "password_changed"
        assert not mailed(reader)
        assert OutgoingMail.objects.filter(to=reader.email, template="password_changed").count() == 1

    def test_a_withdrawn_consent_tells_those_in_charge_until_the_person_is_erased(self, firm, reader):
        operator = factories.user(firm, role="operator")
        privacy.withdraw(by=Actor(firm, operator))
        notice = notices.of(reader).get()
        assert (notice.kind, operator.name in notice.body) == ("kvkk_revoked", True)
        assert not mailed(reader)
        told(reader)
        User.objects.filter(pk=operator.pk).update(kvkk_revoked_at=clock.now() - timedelta(days=31))
        assert privacy.erase_due() == 1
        assert [left.kind for left in notices.of(reader)] == ["balance_low"]

    def test_a_second_factor_that_comes_and_goes(self, by, reader):
        enrolment.start(by=by)
        device = Authenticator.objects.get(user=reader)
        assert not notices.of(reader).exists()
        enrolment.confirm(by=by, code=factories.code(device.key))
        enrolment.disable(by=by, password=factories.PASSWORD)
        enrolment.disable(by=by, password=factories.PASSWORD)  # nothing to turn off
        assert [notice.kind for notice in notices.of(reader)] == ["second_factor_off", "second_factor_on"]
        assert len(mailed(reader)) == 2

    def test_somebody_who_joined_tells_those_in_charge(self, firm, by, reader):
        operator, second = factories.user(firm, role="operator"), factories.user(firm)
        outsider = factories.user(factories.tenant(credits=0, sender=""))
        invitations.invite(by=by, email="yeni@ornek.test", role="admin")
        newcomer = joined(secret_of(OutgoingMail.objects.get(template="invitation")))
        for user in (reader, second):
            assert notices.of(user).get().data == {"name": newcomer.name, "user": newcomer.pk}
        for user in (operator, outsider, newcomer):
            assert not notices.of(user).exists()

    @pytest.mark.parametrize("decision", ["approved", "rejected"])
    def test_a_decision_on_a_sender(self, firm, by, reader, decision):
        applied = approval.apply_for(by=by, label="MARKA")
        reviewer = factories.reviewer()
        if decision == "approved":
            approval.approve(by=Actor(None, reviewer), sender_id=applied.pk)
        else:
            approval.reject(by=Actor(None, reviewer), sender_id=applied.pk, reason="Belge eksik.")
        notice = notices.of(reader).get()
        assert notice.kind == f"sender_{decision}"
        assert "MARKA" in notice.body
        assert ("Belge eksik." in notice.body) is (decision == "rejected")
        assert len(mailed(reader)) == 1
        assert not notices.of(reviewer).exists()

    def test_a_ban(self, firm, by, reader):
        applied = approval.apply_for(by=by, label="MARKA")
        approval.approve(by=Actor(None, factories.reviewer()), sender_id=applied.pk)
        approval.ban(by=Actor(None, factories.reviewer()), sender_id=applied.pk)
        assert [each.kind for each in notices.of(reader)] == ["sender_banned", "sender_approved"]
