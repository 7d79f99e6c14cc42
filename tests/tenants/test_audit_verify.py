"""What the verifier says of a trail that is sound, and of one that somebody with all rights has touched."""

import random
import threading
import tracemalloc
from io import StringIO
from itertools import count, product

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smsmerkezi import cron
from tenants import audit, audit_anchor, audit_chain, audit_links
from tenants.actors import Actor
from tenants.audit_chain import Fault, Verdict, Why
from tenants.models import AuditHead, AuditLink, Tenant
from tests.tenants import tampering

pytestmark = pytest.mark.django_db(transaction=True)
LENGTH = 8
_slugs = count()


@pytest.fixture
def chain():
    """A firm with eight entries."""
    return fresh()


def fresh(length: int = LENGTH) -> int:
    firm = Tenant.objects.create(name="Firma", slug=f"firma-{next(_slugs)}")
    tampering.grow([firm.pk], length)
    return firm.pk


def verdict(chain: int) -> Verdict:
    (found,) = audit_chain.verify(chain=chain)
    return found


def told(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit status."""
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError as problem:
        return out.getvalue(), problem.returncode
    return out.getvalue(), 0


def test_a_trail_that_nobody_touched_is_sound(chain):
    audit.record(by=None, action="x")
    assert list(audit_chain.verify()) == [Verdict(0, 1, None), Verdict(chain, LENGTH, None)]


def test_a_firm_without_entries_is_sound():
    assert verdict(4711) == Verdict(4711, 0, None)


@pytest.mark.parametrize("tamper", tampering.TAMPERINGS)
def test_a_change_is_found_with_the_first_bad_entry(tamper):
    for at, seed in product([1, 4, LENGTH], range(12)):
        chain = fresh()
        with tampering.superuser() as cursor:
            bad = tamper(cursor, chain, at, random.Random(seed))
        fault = verdict(chain).fault
        assert (fault and fault.entry) == bad, (at, seed)


@pytest.mark.parametrize(
    ("tamper", "whys"),
    [
        (tampering.edit, {Why.EDITED}),
        (tampering.delete, {Why.MISSING, Why.CUT}),
        (tampering.swap, {Why.SWAPPED}),
        (tampering.insert, {Why.INSERTED}),
    ],
)
def test_it_says_what_was_done(tamper, whys):
    for at, seed in product([1, 4, LENGTH], range(8)):
        chain = fresh()
        with tampering.superuser() as cursor:
            tamper(cursor, chain, at, random.Random(seed))
        assert verdict(chain).fault.why in whys


def test_of_several_faults_the_first_is_named(chain):
    ids = tampering.entries(chain)
    with tampering.superuser() as cursor:
        cursor.execute("UPDATE tenants_auditentry SET action = 'y' WHERE id = ANY(%s)", [ids[2:4]])
        cursor.execute(
            "INSERT INTO tenants_auditentry (tenant_id, action, entity_type, user_agent, meta, created_at) VALUES (%s, 'x', '', '', '{}', now())",
            [chain],
        )
        cursor.execute("DELETE FROM tenants_auditlink WHERE entry_id = %s", [ids[6]])
    assert verdict(chain) == Verdict(chain, 2, Fault(ids[2], Why.EDITED))


def test_a_swap_of_neighbours_is_no_insertion(chain):
    one, two = tampering.entries(chain)[2:4]
    with tampering.superuser() as cursor:
        tampering._swap_places(cursor, one, two)
    assert verdict(chain) == Verdict(chain, 2, Fault(two, Why.SWAPPED))


def test_an_entry_moved_to_another_firm_is_missed_here_and_does_not_fit_there(chain):
    other = fresh()
    moved = tampering.entries(chain)[3]
    with tampering.superuser() as cursor:
        cursor.execute("UPDATE tenants_auditentry SET tenant_id = %s WHERE id = %s", [other, moved])
    assert verdict(chain).fault == Fault(moved, Why.EDITED)
    with tampering.superuser() as cursor:
        cursor.execute(
            "UPDATE tenants_auditlink SET chain = %s, seq = %s WHERE entry_id = %s",
            [other, LENGTH + 1, moved],
        )
        cursor.execute("UPDATE tenants_audithead SET seq = %s WHERE chain = %s", [LENGTH + 1, other])
    assert verdict(chain).fault.why == Why.MISSING
    assert verdict(other).fault == Fault(moved, Why.EDITED)


@pytest.mark.parametrize(
    "change", ["DELETE FROM tenants_audithead", "UPDATE tenants_audithead SET seq = seq - 1", "UPDATE tenants_audithead SET hash = ''"]
)  # fmt: skip
def test_a_head_that_does_not_end_its_chain_is_found(chain, change):
    with tampering.superuser() as cursor:
        cursor.execute(change)
    assert verdict(chain).fault == Fault(tampering.entries(chain)[-1], Why.HEAD)


def test_a_tail_without_its_head_is_found_by_the_chain_alone(chain):
    last = tampering.cut_tail(chain, keep=5, head_too=False)
    assert verdict(chain) == Verdict(chain, 5, Fault(last, Why.CUT))


def test_chains_that_lost_everything_but_one_kind_of_row_are_still_looked_at(chain):
    headless, linkless, bare = fresh(1), fresh(1), fresh(1)
    with tampering.superuser() as cursor:
        cursor.execute("DELETE FROM tenants_audithead WHERE chain IN (%s, %s)", [headless, linkless])
        cursor.execute("DELETE FROM tenants_auditlink WHERE chain IN (%s, %s)", [linkless, bare])
        cursor.execute("DELETE FROM tenants_auditentry WHERE tenant_id IN (%s, %s)", [headless, bare])
        cursor.execute(
            "INSERT INTO tenants_auditentry (action, entity_type, user_agent, meta, created_at) VALUES ('x', '', '', '{}', now())"
        )
    found = {each.chain: each.fault and each.fault.why for each in audit_chain.verify()}
    assert found == {
        0: Why.INSERTED,
        chain: None,
        headless: Why.MISSING,
        linkless: Why.INSERTED,
        bare: Why.CUT,
    }


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    batches=st.lists(st.integers(1, 5), min_size=1, max_size=5),
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=4),
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcş", max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    dice=st.randoms(use_true_random=False),
    tamper=st.sampled_from(tampering.TAMPERINGS),
)  # fmt: skip
def test_whatever_was_written_fits_and_whatever_is_changed_does_not(batches, texts, value, dice, tamper):
    firm = Tenant.objects.create(name="Firma", slug=f"firma-{next(_slugs)}")
    for size in batches:
        with transaction.atomic():
            for n in range(size):
                by = Actor(
                    firm, user_agent=dice.choice(texts), ip=dice.choice(["192.0.2.1", "2001:db8::1", None])
                )
                audit.record(by=by, action="x", entity_type="Message", entity_id=n, meta={"value": value})
    total = sum(batches)
    assert verdict(firm.pk) == Verdict(firm.pk, total, None)
    if total < 2:
        return
    at = dice.randint(1, total)
    with tampering.superuser() as cursor:
        bad = tamper(cursor, firm.pk, at, dice)
    if tamper is not tampering.swap:  # entries that tell the same may be swapped, and nobody is the wiser
        assert verdict(firm.pk).fault.entry == bad


def test_entries_that_come_meanwhile_raise_no_alarm(chain, monkeypatch):
    monkeypatch.setattr(audit_links, "BATCH", 3)
    firm, done = Tenant.objects.get(pk=chain), threading.Event()

    def append():
        try:
            while not done.is_set():
                audit.record(by=Actor(firm), action="x")
        finally:
            connection.close()

    thread = threading.Thread(target=append)
    thread.start()
    try:
        verdicts = [verdict(chain) for _ in range(20)]
    finally:
        done.set()
        thread.join()
    assert [each.fault for each in verdicts] == [None] * 20
    assert verdicts[-1].entries > LENGTH


def test_memory_does_not_grow_with_the_trail(monkeypatch):
    monkeypatch.setattr(audit_links, "BATCH", 50)
    short, long = fresh(100), fresh(2000)

    def peak(chain: int) -> int:
        tracemalloc.start()
        try:
            assert verdict(chain).fault is None
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(short)
    assert peak(long) < 3 * peak(short)  # of twenty times the length


class TestAnchor:
    @pytest.fixture
    def anchor(self, tmp_path):
        return tmp_path / "anchor.jsonl"

    def test_a_line_tells_of_every_head(self, chain, anchor):
        other = fresh(1)
        assert audit_anchor.write(anchor) == 2
        audit.record(by=None, action="x")
        audit_anchor.write(anchor)
        first, second = map(orjson.loads, anchor.read_bytes().splitlines())
        heads = {str(head.chain): [head.seq, bytes(head.hash).hex()] for head in AuditHead.objects.all()}
        assert first["heads"].keys() == {str(chain), str(other)}
        assert second["heads"] == heads
        assert second["heads"][str(chain)][0] == LENGTH
        assert anchor.stat().st_mode & 0o777 == 0o600

    def test_a_trail_that_grew_is_as_it_was_anchored(self, chain, anchor):
        for _ in range(3):
            audit_anchor.write(anchor)
            tampering.grow([chain, fresh(1)], 2)
        assert audit_anchor.check(anchor) == {}

    def test_a_cut_tail_is_seen_by_nothing_else(self, chain, anchor):
        audit_anchor.write(anchor)
        last = tampering.cut_tail(chain, keep=5)
        assert verdict(chain) == Verdict(chain, 5, None)
        assert audit_anchor.check(anchor) == {chain: Fault(last, Why.CUT)}

    def test_a_tail_that_was_cut_and_grown_again_is_not_the_one_that_was_anchored(self, chain, anchor):
        audit_anchor.write(anchor)
        tampering.cut_tail(chain, keep=5)
        tampering.grow([chain], 9)
        ids = tampering.entries(chain)
        assert verdict(chain).fault is None
        assert audit_anchor.check(anchor) == {chain: Fault(ids[LENGTH - 1], Why.REWRITTEN)}

    def test_a_chain_sealed_anew_is_not_the_one_that_was_anchored(self, chain, anchor):
        audit_anchor.write(anchor)
        tampering.grow([chain], 3)
        audit_anchor.write(anchor)
        tampering.rewrite(chain, at=LENGTH + 1)
        assert verdict(chain).fault is None
        found = audit_anchor.check(anchor)
        assert found == {chain: Fault(tampering.entries(chain)[LENGTH + 2], Why.REWRITTEN)}
        tampering.rewrite(chain, at=2)
        assert audit_anchor.check(anchor)[chain].entry == tampering.entries(chain)[LENGTH - 1]

    def test_a_chain_of_which_nothing_is_left_is_missed(self, chain, anchor):
        audit_anchor.write(anchor)
        tampering.cut_tail(chain, keep=0)
        assert audit_anchor.check(anchor) == {chain: Fault(None, Why.CUT)}
        out, status = told("--anchor", str(anchor))
        assert f"chain {chain}: 0 entries fit, first bad none left: tail cut" in out
        assert status == 1

    def test_one_firm_may_be_asked_for(self, chain, anchor):
        other = fresh()
        audit_anchor.write(anchor)
        tampering.cut_tail(chain, keep=5)
        assert audit_anchor.check(anchor, chain=other) == {}
        assert audit_anchor.check(anchor, chain=chain).keys() == {chain}

    @pytest.mark.parametrize(
        "line", [b"", b"{}", b"[]", b"{", b'{"heads": []}', b'{"heads": {"x": [1, "00"]}}', b'{"heads": {"1": [1, "zz"]}}', b'{"heads": {"1": 5}}']
    )  # fmt: skip
    def test_a_line_of_nobodys_making_is_refused(self, chain, anchor, line):
        audit_anchor.write(anchor)
        with anchor.open("ab") as file:
            file.write(line + b"\n")
        with pytest.raises(audit_anchor.Unreadable, match="Line 2"):
            audit_anchor.check(anchor)
        assert told("--anchor", str(anchor))[1] == 2

    def test_the_clock_writes_it_where_the_setting_says(self, chain, anchor, settings):
        settings.AUDIT_ANCHOR = anchor
        assert cron.CHORES["anchor_audit"].every == 3600
        cron.CHORES["anchor_audit"].work()
        cron.CHORES["anchor_audit"].work()
        assert len(anchor.read_bytes().splitlines()) == 2

    def test_without_the_setting_nothing_is_written(self, chain, settings, tmp_path):
        settings.AUDIT_ANCHOR = None
        audit_anchor.keep()
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written_to_is_told_and_stops_nothing(
        self, chain, settings, tmp_path, caplog
    ):
        settings.AUDIT_ANCHOR = tmp_path / "missing" / "anchor.jsonl"
        audit_anchor.keep()
        assert [record.message for record in caplog.records] == ["audit.not_anchored"]


class TestTheCommand:
    def test_says_a_line_for_each_chain_and_leaves_in_peace(self, chain, tmp_path):
        audit.record(by=None, action="x")
        audit_anchor.write(tmp_path / "a")
        out, status = told("--anchor", str(tmp_path / "a"))
        assert out.splitlines() == ["chain 0: 1 entries, sound", f"chain {chain}: {LENGTH} entries, sound"]
        assert status == 0

    def test_names_the_first_bad_entry_and_leaves_with_one(self, chain, tmp_path, settings):
        settings.AUDIT_ANCHOR = None
        other = fresh()
        with tampering.superuser() as cursor:
            bad = tampering.edit(cursor, chain, 4, random.Random(1))
        out, status = told()
        assert out.splitlines() == [
            f"chain {chain}: 3 entries fit, first bad {bad}: edited",
            f"chain {other}: {LENGTH} entries, sound",
        ]
        assert status == 1
        assert told("--tenant", str(other))[1] == 0
        assert told("--tenant", str(chain))[1] == 1

    def test_holds_against_the_anchor_of_the_settings_unless_told_otherwise(self, chain, settings, tmp_path):
        settings.AUDIT_ANCHOR = tmp_path / "anchor"
        audit_anchor.keep()
        tampering.cut_tail(chain, keep=5)
        assert told()[1] == 1

    def test_an_anchor_that_is_not_there_is_no_sound_trail(self, chain, tmp_path):
        assert told("--anchor", str(tmp_path / "none"))[1] == 2


def test_the_verifier_has_its_own_copy_of_what_is_sealed(chain):
    """Somebody who replaces the trigger's function does not change what the verifier computes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('audit_canonical'::regproc)")
        (written,) = cursor.fetchone()
        try:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_canonical(entry tenants_auditentry) RETURNS bytea"
                " LANGUAGE sql STABLE AS $$ SELECT ''::bytea $$"
            )
            audit.record(by=None, tenant=Tenant.objects.get(pk=chain), action="x")
        finally:
            cursor.execute(written)
    last = AuditLink.objects.filter(chain=chain).latest("seq").entry_id
    assert verdict(chain) == Verdict(chain, LENGTH, Fault(last, Why.EDITED))
