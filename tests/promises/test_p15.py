"""P15 the audit trail shows tampering."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenants import audit_anchor, audit_chain
from tenants.audit_chain import Fault, Why
from tenants.models import AuditEntry, Tenant
from tests.tenants import tampering

pytestmark = pytest.mark.django_db(transaction=True)
CHAINS, LENGTH, CUT = 1000, 10, 100
SEED = 15


def grown(count: int) -> list[int]:
    """So many firms with ten entries each."""
    firms = Tenant.objects.bulk_create(Tenant(name=f"F{n}", slug=f"f{n}") for n in range(count))
    ids = [firm.pk for firm in firms]
    tampering.grow(ids, LENGTH)
    return ids


def test_of_a_thousand_tamperings_with_ten_thousand_entries_each_is_found_with_the_first_bad_id():
    """One in each chain, by a superuser; one chain is left in peace."""
    *touched, left = grown(CHAINS + 1)
    assert AuditEntry.objects.count() >= CHAINS * LENGTH
    dice = random.Random(SEED)
    kinds = [dice.choice(tampering.TAMPERINGS) for _ in touched]
    with tampering.superuser() as cursor:
        bad = {
            chain: tamper(cursor, chain, dice.randint(1, LENGTH), dice)
            for chain, tamper in zip(touched, kinds, strict=True)
        }
    assert set(kinds) == set(tampering.TAMPERINGS)
    found = {verdict.chain: verdict.fault for verdict in audit_chain.verify()}
    assert found.pop(left) is None
    assert {chain: fault and fault.entry for chain, fault in found.items()} == bad
    assert len(bad) == CHAINS


def test_tails_that_were_cut_with_their_heads_are_found_through_the_anchor(tmp_path):
    chains, anchor = grown(2 * CUT), tmp_path / "anchor"
    audit_anchor.write(anchor)
    dice = random.Random(SEED)
    cut = {
        chain: tampering.cut_tail(chain, keep=dice.randint(1, LENGTH - 1))
        for chain in dice.sample(chains, CUT)
    }
    assert all(verdict.fault is None for verdict in audit_chain.verify())
    assert audit_anchor.check(anchor) == {chain: Fault(last, Why.CUT) for chain, last in cut.items()}
    out = StringIO()
    with pytest.raises(CommandError, match=f"{CUT} of the chains"):
        call_command("verify_audit", "--anchor", str(anchor), stdout=out)
    told = {line for line in out.getvalue().splitlines() if "tail cut" in line}
    assert len(told) == CUT
