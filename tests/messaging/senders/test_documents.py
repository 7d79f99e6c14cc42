"""The paper behind a name: asked for, looked into by a child, kept in the vault, handed to few."""

import subprocess

import pytest

from messaging.files.models import Piece, StoredFile
from messaging.senders import approval, documents, inspection
from messaging.senders.documents import Document, Upload
from smsmerkezi.core.errors import Busy, DomainError, Forbidden, NotFound
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.senders import papers

UNINSPECTED = {
    name: bad for name, bad in papers.BAD.items() if bad[1] in {"file-too-large", "document-missing"}
}


@pytest.fixture
def firm(db):
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def admin(firm):
    return factories.actor(firm)


@pytest.fixture
def sender(admin):
    return approval.apply_for(by=admin, label="MARKA", document=papers.document())


@pytest.mark.parametrize("name", ["tescil.pdf", "foto.jpg", "logo.png"])
def test_a_good_one_comes_back_cleaned_under_its_own_ending(name):
    found = documents.checked(papers.upload(name, papers.GOOD[name]()))
    assert (found.name, found.kind) == (name, name.rpartition(".")[2])
    assert found.data == inspection.cleaned(papers.GOOD[name](), found.kind)


@pytest.mark.parametrize(
    "name", [*UNINSPECTED, "cizim.svg", "cizim.png", "uzantisiz", "betikli.pdf", "dev-bomba.png"]
)
def test_a_bad_one_is_refused_in_one_sentence(name):
    made, code = papers.BAD[name]
    with pytest.raises(DomainError) as refused:
        documents.checked(papers.upload(name, made()))
    assert (refused.value.code, refused.value.field) == (code, "document")
    assert refused.value.message.count("\n") == 0


def test_none_is_asked_for():
    with pytest.raises(documents.Missing):
        documents.checked(None)


def test_a_large_one_is_not_read_to_its_end():
    def endless():
        while True:
            yield b"%PDF-1.7" + bytes(1024**2)

    with pytest.raises(documents.TooLarge, match="en çok 5 MB"):
        documents.checked(Upload("tescil.pdf", endless()))


def test_every_refusal_of_the_child_has_a_sentence_and_the_same_number_of_pages():
    codes = {code for _, code in papers.BAD.values()} - {"file-too-large", "document-missing"}
    assert codes == set(documents.REFUSALS)
    assert documents.PAGES == inspection.PAGES


@pytest.mark.parametrize(
    "failure", [subprocess.TimeoutExpired("x", 1), subprocess.CalledProcessError(-11, "x")]
)
def test_a_file_that_takes_the_child_down_is_refused_and_logged(monkeypatch, caplog, failure):
    def dies(*_args, **_options):
        raise failure

    monkeypatch.setattr(documents.subprocess, "run", dies)
    with pytest.raises(documents.BadDocument):
        documents.checked(papers.upload("tescil.pdf", papers.pdf()))
    assert "senders.inspection_died" in caplog.text


def test_few_are_looked_into_at_once(monkeypatch):
    monkeypatch.setattr(documents, "PATIENCE", 0.02)
    with documents.AT_ONCE, documents.AT_ONCE, pytest.raises(Busy):
        documents.checked(papers.upload("tescil.pdf", papers.pdf()))


def test_it_is_kept_encrypted_as_long_as_its_application(sender, admin):
    kept = StoredFile.objects.get()
    assert (kept.tenant_id, kept.name, kept.purpose, kept.ends_at) == (
        sender.tenant_id,
        "tescil.pdf",
        "sender-document",
        None,
    )
    assert b"%PDF" not in bytes(Piece.objects.get().data)
    approval.withdraw(by=admin, sender_id=sender.pk)
    assert not StoredFile.objects.exists()
    assert not Piece.objects.exists()


def test_a_path_in_its_name_is_not_kept(admin):
    approval.apply_for(by=admin, label="MARKA", document=papers.document("../../etc\\pass\nwd.pdf"))
    assert StoredFile.objects.get().name == "passwd.pdf"


@pytest.mark.parametrize(("what", "most"), [("MOST", 1), ("MOST_BYTES", 1)])
def test_a_firm_has_so_much_room(admin, monkeypatch, what, most):
    monkeypatch.setattr(documents, what, most)
    if what == "MOST":
        approval.apply_for(by=admin, label="BIR", document=papers.document())
    with pytest.raises(documents.Full):
        approval.apply_for(by=admin, label="IKI", document=papers.document())
    other = factories.actor(factories.tenant(credits=0, sender=""))
    if what == "MOST":
        assert approval.apply_for(by=other, label="IKI", document=papers.document()).document


class TestWhoSees:
    def test_the_firms_administrators_and_reviewers_do_and_the_trail_knows(self, sender, admin):
        for by in (admin, Actor(None, factories.reviewer())):
            opened = documents.fetch(by=by, sender_id=sender.pk, preview=by is admin)
            assert opened == documents.Opened("tescil.pdf", "application/pdf", papers.pdf())
            entry = AuditEntry.objects.filter(action="sender_id.document_downloaded").latest("pk")
            assert (entry.tenant_id, entry.user_id, entry.entity_id) == (
                sender.tenant_id,
                by.user_id,
                sender.pk,
            )
            assert entry.meta == {"preview": by is admin}

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_others_of_the_firm_do_not(self, sender, firm, role):
        with pytest.raises(Forbidden):
            documents.fetch(by=factories.actor(firm, role=role), sender_id=sender.pk)

    def test_a_stranger_is_told_what_is_told_of_none(self, sender):
        stranger = factories.actor(factories.tenant(credits=0, sender=""))
        for wanted in (sender.pk, 0):
            with pytest.raises(NotFound, match="Belge bulunamadı"):
                documents.fetch(by=stranger, sender_id=wanted)

    def test_of_a_name_without_one_there_is_none(self, admin):
        bare = approval.apply_for(by=admin, label="BELGESIZ")
        with pytest.raises(NotFound):
            documents.fetch(by=admin, sender_id=bare.pk)


def test_a_picture_is_handed_out_as_a_picture(admin):
    made = approval.apply_for(by=admin, label="MARKA", document=Document("a.jpg", "jpg", b"x"))
    assert documents.fetch(by=admin, sender_id=made.pk).media_type == "image/jpeg"
