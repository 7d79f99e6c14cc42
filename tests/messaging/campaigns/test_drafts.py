"""A campaign before it is sent: any list that people have, read right, and every mistake a sentence."""

import pytest

from messaging.campaigns import again, checking, drafts, launching, leftout, letters, listing
from messaging.campaigns.lists import Reader
from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import LeftOut
from messaging.contacts import book
from messaging.contacts.models import Contact, Group, Membership
from messaging.files import jobs, unreadable, vault
from messaging.files.models import StoredFile
from messaging.sms import sending
from smsmerkezi.core.errors import Forbidden
from tests import factories
from tests.messaging.campaigns.world import checked, draft, fresh, hand_over, lines, loaded, run, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=100)


def numbers(made):
    return [person.msisdn for person in Reader(made).people(1000)]


class TestAFile:
    def test_says_itself_how_it_is_read_and_what_its_columns_are(self, firm):
        made = draft(firm, "Ad;Telefon;Doğum günü\nAyşe;0530 000 00 01;3 Mayıs\n".encode("cp1254"))
        assert (made.layout["encoding"], made.layout["delimiter"], made.layout["header"]) == (
            "cp1254",
            ";",
            True,
        )
        assert made.columns == ["name", "msisdn", "dogum_gunu"]

    def test_without_a_header_a_name_follows_the_number(self, firm):
        assert draft(firm, "5300000001,Ayşe\n5300000002,Ömer\n").columns == ["msisdn", "name"]

    def test_is_kept_encrypted_and_ends_after_thirty_days(self, firm):
        made = draft(firm, lines(2))
        assert made.file.purpose == listing.PURPOSE
        assert made.file.ends_at is not None

    @pytest.mark.parametrize(
        ("content", "name", "error"),
        [
            (b"\x00\x01\x02" * 50, "a.csv", unreadable.Unreadable),
            (b"", "a.csv", unreadable.Empty),
            (b"\n\n", "a.csv", unreadable.Empty),
            (b"PK\x03\x04broken", "a.xlsx", unreadable.Unreadable),
            (b";" * 300 + b"\n" + b";" * 300, "a.csv", unreadable.TooWide),
        ],
    )
    def test_that_is_none_is_one_sentence_and_nothing_is_kept_of_it(self, firm, content, name, error):
        made = draft(firm, lines(1))
        before = list(StoredFile.objects.values_list("pk", flat=True))
        with pytest.raises(error):
            listing.give_file(by=factories.actor(firm), campaign_id=made.pk, chunks=[content], name=name)
        assert list(StoredFile.objects.values_list("pk", flat=True)) == before
        assert fresh(made).file == made.file

    def test_may_be_as_large_as_its_door_says(self, firm):
        made = draft(firm)
        with pytest.raises(vault.TooLarge):
            listing.give_file(
                by=factories.actor(firm), campaign_id=made.pk, chunks=[b"5" * 11], name="a", limit=10
            )

    def test_replaces_the_one_before(self, firm):
        made = checked(firm, lines(3))
        old = made.file
        listing.give_file(
            by=factories.actor(firm), campaign_id=made.pk, chunks=[lines(1).encode()], name="b.csv"
        )
        assert not StoredFile.objects.filter(pk=old.pk).exists()
        assert fresh(made).stage == Campaign.Stage.DRAFT


class TestColumns:
    def test_are_as_a_person_says(self, firm):
        made = draft(firm, "a;b\n5300000001;5300000002\n")
        chosen = listing.choose_columns(
            by=factories.actor(firm), campaign_id=made.pk, columns=["İl Adı", "msisdn"], header=False
        )
        assert (chosen.columns, chosen.layout["header"]) == (["il_adi", "msisdn"], False)

    @pytest.mark.parametrize(
        "columns", [[], ["", ""], ["msisdn", "msisdn"], ["ad", "ad"], ["msisdn", "", "", "x"]]
    )
    def test_have_one_number_and_each_name_once(self, firm, columns):
        made = draft(firm, "a;b\n5300000001;5300000002\n")
        with pytest.raises(listing.BadColumns):
            listing.choose_columns(
                by=factories.actor(firm), campaign_id=made.pk, columns=columns, header=True
            )

    def test_without_a_number_are_not_checked(self, firm):
        made = draft(firm, "a;b\nx;y\n")
        with pytest.raises(listing.BadColumns):
            listing.check(by=factories.actor(firm), campaign_id=made.pk)


class TestChecking:
    def test_keeps_who_is_sent_to_and_why_others_are_not(self, firm):
        factories.opt_out(firm, "5300000003")
        made = checked(firm, "Tel\n5300000001\n5300000001\nAhmet\n02121112233\n5300000003\n")
        assert (made.stage, made.rows, made.recipients) == (Campaign.Stage.CHECKED, 5, 1)
        assert made.reasons == {"duplicate": 1, "invalid": 1, "landline": 1, "opted_out": 1}
        assert numbers(made) == [905300000001]
        assert list(leftout.read(made)) == [
            LeftOut(3, "duplicate", ["5300000001"]),
            LeftOut(4, "invalid", ["Ahmet"]),
            LeftOut(5, "landline", ["02121112233"]),
            LeftOut(6, "opted_out", ["5300000003"]),
        ]

    def test_a_long_list_is_a_job_with_progress(self, firm, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        monkeypatch.setattr(checking, "AT_ONCE", 2)
        made = checked(firm, lines(5))
        assert made.stage == Campaign.Stage.CHECKING
        work = checking.Check(made.job)
        assert work.step()
        assert 0 < made.job.done <= made.job.total == made.file.size
        run()
        assert (fresh(made).stage, fresh(made).recipients) == (Campaign.Stage.CHECKED, 5)

    def test_begun_anew_by_another_worker_leaves_one_list(self, firm, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        monkeypatch.setattr(checking, "AT_ONCE", 2)
        made = checked(firm, lines(5))
        checking.Check(made.job).step()
        made.job.save()
        run()
        assert numbers(fresh(made)) == [905300000001 + n for n in range(5)]
        assert StoredFile.objects.count() == 3

    def test_that_fails_half_way_keeps_nothing_and_says_why(self, firm, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        monkeypatch.setattr(checking, "AT_ONCE", 3000)
        made = checked(firm, lines(9000) + "\t" * 300 + "\n")
        run()
        found = fresh(made)
        assert (found.stage, found.error_code) == (Campaign.Stage.DRAFT, "file-too-wide")
        assert "9001" in found.error_text
        assert StoredFile.objects.count() == 1

    def test_of_a_list_that_was_replaced_meanwhile_is_given_up(self, firm, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        made = checked(firm, lines(3))
        listing.give_file(
            by=factories.actor(firm), campaign_id=made.pk, chunks=[lines(1).encode()], name="b.csv"
        )
        run()
        assert fresh(made).stage == Campaign.Stage.DRAFT

    def test_again_sees_who_has_opted_out_since(self, firm):
        made = checked(firm, lines(3))
        factories.opt_out(firm, "5300000002")
        listing.check(by=factories.actor(firm), campaign_id=made.pk)
        assert numbers(fresh(made)) == [905300000001, 905300000003]
        assert StoredFile.objects.count() == 3

    def test_of_a_header_alone_is_refused(self, firm):
        with pytest.raises(checking.EmptyList, match="Dosya bos"):
            checked(firm, "Telefon;Ad\n")


class TestPasted:
    def test_lines_are_a_list(self, firm):
        made = draft(firm)
        listing.paste(
            by=factories.actor(firm), campaign_id=made.pk, lines="5300000001,Ayşe\r\n5300000002,Ömer"
        )
        made = listing.check(by=factories.actor(firm), campaign_id=made.pk)
        assert made.source == Campaign.Source.MANUAL
        assert [person.values for person in Reader(made).people(9)] == [("Ayşe",), ("Ömer",)]

    def test_nothing_is_none(self, firm):
        with pytest.raises(checking.EmptyList):
            listing.paste(by=factories.actor(firm), campaign_id=draft(firm).pk, lines=" \n ")


class TestTheLetter:
    def test_has_its_price(self, firm):
        made = written(firm, lines(3), body="x" * 161)
        assert (made.credits, made.parts) == (6, 2)

    def test_is_written_to_a_list_that_was_checked(self, firm):
        with pytest.raises(drafts.NotReady):
            letters.write(
                by=factories.actor(firm),
                campaign_id=draft(firm, lines(1)).pk,
                letter=letters.Letter("Merhaba"),
            )

    @pytest.mark.parametrize("pace", [0, -1, letters.FASTEST + 1])
    def test_goes_at_a_possible_pace(self, firm, pace):
        made = checked(firm, lines(1))
        with pytest.raises(letters.BadPace):
            letters.write(
                by=factories.actor(firm), campaign_id=made.pk, letter=letters.Letter("x", per_minute=pace)
            )

    def test_of_many_different_texts_is_weighed_by_a_job(self, firm, monkeypatch):
        monkeypatch.setattr("messaging.campaigns.pricing.IN_A_REQUEST", 1)
        made = written(firm, "5300000001,Ayşe\n5300000002,Ömer\n", body="Sayın {{name}}")
        assert made.credits == 2
        assert made.job.state == "done"


class TestADraft:
    @pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\0b"])
    def test_has_a_name(self, firm, name):
        with pytest.raises(drafts.BadName):
            drafts.create(by=factories.actor(firm), name=name)

    def test_can_be_renamed(self, firm):
        made = draft(firm)
        drafts.rename(by=factories.actor(firm), campaign_id=made.pk, name=" Haziran  indirimi ")
        assert fresh(made).name == "Haziran indirimi"

    def test_is_removed_with_its_files(self, firm):
        made = checked(firm, lines(2))
        drafts.remove(by=factories.actor(firm), campaign_id=made.pk)
        assert not Campaign.objects.exists()
        assert not StoredFile.objects.exists()

    def test_is_nobodys_elses(self, firm):
        made = checked(firm, lines(2))
        stranger = factories.actor(factories.tenant())
        for verb in (drafts.find, drafts.held, listing.check, drafts.remove):
            with pytest.raises(drafts.Unknown):
                verb(by=stranger, campaign_id=made.pk)

    def test_is_read_by_viewers_and_changed_by_operators(self, firm):
        made = draft(firm, lines(1))
        viewer = factories.actor(firm, role="viewer")
        assert drafts.find(by=viewer, campaign_id=made.pk) == made
        with pytest.raises(Forbidden):
            listing.check(by=viewer, campaign_id=made.pk)
        with pytest.raises(Forbidden):
            drafts.create(by=viewer, name="x")

    def test_is_none_any_more_once_launched(self, firm):
        made = loaded(firm, lines(1))
        for verb in (listing.check, drafts.remove):
            with pytest.raises(drafts.Launched):
                verb(by=factories.actor(firm), campaign_id=made.pk)


def test_people_of_the_address_book_are_a_list(firm):
    by = factories.actor(firm)
    for number, name, tag in (("5300000001", "Ayşe", "vip"), ("5300000002", "Ömer", "eski")):
        book.create(by=by, details=book.Details(msisdn=number, name=name, tags=[tag]))
    made = listing.from_book(by=by, campaign_id=draft(firm).pk, tag="vip")
    listing.check(by=by, campaign_id=made.pk)
    run()
    assert [(p.msisdn, p.values[0]) for p in Reader(fresh(made)).people(9)] == [(905300000001, "Ayşe")]
    group = Group.objects.create(tenant=firm, name="Eskiler")
    Membership.objects.create(tenant_id=firm.pk, group=group, contact=Contact.objects.get(name="Ömer"))
    made = listing.from_book(by=by, campaign_id=made.pk, group=group.pk)
    listing.check(by=by, campaign_id=made.pk)
    run()
    assert [p.values[0] for p in Reader(fresh(made)).people(9)] == ["Ömer"]
    made = listing.from_book(by=by, campaign_id=made.pk)
    listing.check(by=by, campaign_id=made.pk)
    run()
    assert fresh(made).recipients == 2


def test_a_check_that_cannot_share_its_turn_keeps_it():
    assert checking.Check.begins_anew
    assert not jobs.Handler.begins_anew


def test_a_list_whose_time_is_over_is_not_sent_to(firm):
    made = written(firm, lines(2))
    vault.remove(made.kept)
    with pytest.raises(drafts.NotReady):
        launching.launch(by=factories.actor(firm), campaign_id=made.pk, quoted=made.quoted)
    assert hand_over() == 0
    with pytest.raises(sending.BadSchedule):
        letters.write(
            by=factories.actor(firm),
            campaign_id=made.pk,
            letter=letters.Letter("x", scheduled_at=factories.moment("2020-01-01T00:00:00+00:00")),
        )


def test_a_copy_that_is_deleted_leaves_the_list_to_the_other(firm):
    made = checked(firm, lines(3))
    copy = again.clone(by=factories.actor(firm), campaign_id=made.pk)
    drafts.remove(by=factories.actor(firm), campaign_id=copy.pk)
    assert Campaign.objects.get(pk=made.pk).file is not None
    drafts.remove(by=factories.actor(firm), campaign_id=made.pk)
    assert not StoredFile.objects.exists()
