"""The ledger's verbs, and every constraint behind them violated once."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from billing import ledger
from billing.models import Account, LedgerEntry
from tests import factories

Reason = LedgerEntry.Reason
ENTRY = """
INSERT INTO billing_ledgerentry
  (tenant_id, op_key, reason, delta, reserved_delta, balance_after, reserved_after, note, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, '', now())
"""


def totals(firm):
    account = ledger.account_of(firm)
    return account.balance, account.reserved, account.available


def entries(firm):
    rows = LedgerEntry.objects.of(firm).order_by("id")
    return [
        (row.op_key, row.reason, row.delta, row.reserved_delta, row.balance_after, row.reserved_after)
        for row in rows
    ]


def test_available_is_the_balance_without_what_is_reserved(firm):
    assert totals(firm) == (100, 30, 70)


def test_settling_takes_what_was_held(firm):
    assert ledger.settle(tenant=firm, credits=20, reference="a")
    assert totals(firm) == (80, 10, 70)


def test_releasing_gives_back_what_was_held(firm):
    assert ledger.release(tenant=firm, credits=30, reference="a")
    assert totals(firm) == (100, 0, 100)


def test_a_refund_is_a_new_entry(firm):
    ledger.settle(tenant=firm, credits=30, reference="a")
    assert ledger.refund(tenant=firm, credits=10, reference="a")
    assert totals(firm) == (80, 0, 80)
    assert [reason for _, reason, *_ in entries(firm)] == ["topup", "reserve", "send", "refund"]


def test_credit_whose_time_is_over_is_taken(firm):
    assert ledger.expire(tenant=firm, credits=70, reference="2026")
    assert totals(firm) == (30, 30, 0)


def test_an_adjustment_goes_both_ways(firm):
    assert ledger.adjust(tenant=firm, credits=5, reference="up", note="fazla çekim")
    assert ledger.adjust(tenant=firm, credits=-15, reference="down", note="yanlış yükleme")
    assert totals(firm) == (90, 30, 60)
    assert LedgerEntry.objects.get(op_key="adjust:down").note == "yanlış yükleme"


def test_each_entry_says_what_was_left_after_it(firm):
    ledger.settle(tenant=firm, credits=30, reference="a")
    assert entries(firm) == [
        (f"topup:factory:{firm.pk}", "topup", 100, 0, 100, 0),
        ("reserve:held", "reserve", 0, 30, 100, 30),
        ("settle:a", "send", -30, -30, 70, 0),
    ]


def test_the_same_movement_posts_once(firm):
    assert ledger.settle(tenant=firm, credits=10, reference="a")
    assert not ledger.settle(tenant=firm, credits=10, reference="a")
    assert not ledger.settle(tenant=firm, credits=29, reference="a"), "whatever else it says"
    assert totals(firm) == (90, 20, 70)


def test_the_same_reference_may_be_reserved_and_settled(firm):
    assert ledger.reserve(tenant=firm, credits=1, reference="a")
    assert ledger.settle(tenant=firm, credits=1, reference="a")


def test_more_than_is_available_cannot_be_reserved_and_nothing_is_left_behind(firm):
    with pytest.raises(ledger.InsufficientCredit) as refused:
        ledger.reserve(tenant=firm, credits=71, reference="a")
    assert (refused.value.available, refused.value.needed) == (70, 71)
    assert refused.value.message == "Yetersiz bakiye. Mevcut: 70, Gereken: 71."
    assert totals(firm) == (100, 30, 70), "the caller's transaction can go on"
    assert len(entries(firm)) == 2


def test_the_last_credit_can_be_reserved(firm):
    assert ledger.reserve(tenant=firm, credits=70, reference="a")
    assert totals(firm) == (100, 100, 0)


@pytest.mark.parametrize("verb", [ledger.expire, ledger.adjust])
def test_what_is_reserved_cannot_be_taken_otherwise(firm, verb):
    note = {"note": "x"} if verb is ledger.adjust else {}
    with pytest.raises(ledger.InsufficientCredit):
        verb(tenant=firm, credits=-71 if verb is ledger.adjust else 71, reference="a", **note)


@pytest.mark.parametrize("verb", [ledger.settle, ledger.release])
def test_more_than_is_held_can_be_neither_settled_nor_released(firm, verb):
    with pytest.raises(IntegrityError, match="account_reserved_not_negative"):
        verb(tenant=firm, credits=31, reference="a")
    assert totals(firm) == (100, 30, 70)


@pytest.mark.parametrize("credits", [0, -1, 10**12, True, 1.0, "5", None])
def test_only_whole_positive_amounts_move(firm, credits):
    for verb in (ledger.top_up, ledger.reserve, ledger.settle, ledger.release, ledger.refund, ledger.expire):
        with pytest.raises(ledger.BadAmount):
            verb(tenant=firm, credits=credits, reference="a")


def test_an_adjustment_by_nothing_is_refused(firm):
    with pytest.raises(ledger.BadAmount):
        ledger.adjust(tenant=firm, credits=0, reference="a", note="x")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_moves():
    firm = factories.tenant(credits=10, sender="")
    with pytest.raises(transaction.TransactionManagementError):
        ledger.reserve(tenant=firm, credits=1, reference="a")
    assert totals(firm) == (10, 0, 10)


@pytest.mark.django_db(transaction=True)
def test_credit_goes_back_with_the_transaction_that_moved_it():
    firm = factories.tenant(credits=10, sender="")

    @transaction.atomic
    def interrupted():
        ledger.reserve(tenant=firm, credits=1, reference="a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert totals(firm) == (10, 0, 10)


def test_an_account_comes_with_its_firm_and_is_empty(db):
    firm = factories.tenant(credits=0, sender="")
    assert totals(firm) == (0, 0, 0)
    assert Account.objects.filter(tenant=firm, balance=0, reserved=0).exists()


def test_opening_an_account_twice_is_one_account(db):
    firm = factories.tenant(credits=0, sender="")
    assert ledger.open_account(tenant=firm) == ledger.open_account(tenant=firm)
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def test_accounts_and_entries_have_words_for_the_admin(firm):
    assert str(ledger.account_of(firm)) == f"{firm}: 70"
    assert str(LedgerEntry.objects.get(op_key="reserve:held")) == "Ayırma +0 (reserve:held)"


def test_another_error_of_the_database_is_no_refusal(firm, sql):
    with pytest.raises(DatabaseError) as failed, transaction.atomic():
        sql("SELECT 1 / 0")
    assert ledger.refusal(failed.value) is None


# What must hold whoever writes (style: rules that must hold always are constraints).


@pytest.mark.parametrize(
    "change", ["UPDATE billing_ledgerentry SET note = 'x'", "DELETE FROM billing_ledgerentry"]
)
def test_an_entry_is_never_changed_and_never_deleted(firm, sql, change):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("reserved = -1", "account_reserved_not_negative"),
        ("reserved = balance + 1", "account_reserved_within_balance"),
        ("balance = -1, reserved = 0", "account_reserved_within_balance"),
    ],
)
def test_an_account_cannot_be_made_to_owe(firm, sql, change, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        sql(f"UPDATE billing_account SET {change} WHERE tenant_id = %s", firm.pk)


ALLOWED = {
    Reason.TOPUP: [(1, 0)],
    Reason.RESERVE: [(0, 1)],
    Reason.SEND: [(-1, -1)],
    Reason.RELEASE: [(0, -1)],
    Reason.REFUND: [(1, 0)],
    Reason.ADJUSTMENT: [(1, 0), (-1, 0)],
    Reason.EXPIRY: [(-1, 0)],
}
DIRECTIONS = [(delta, reserved) for delta in (-1, 0, 1) for reserved in (-1, 0, 1)]


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize(("delta", "reserved"), DIRECTIONS)
def test_each_reason_moves_credit_its_own_way_and_no_other(firm, sql, reason, delta, reserved):
    values = (firm.pk, "by:hand", str(reason), delta, reserved, 100 + delta, 30 + reserved)
    if (delta, reserved) in ALLOWED[reason]:
        sql(ENTRY, *values)
        return
    with pytest.raises(IntegrityError, match="ledger_reason_moves_its_way"):
        sql(ENTRY, *values)


def test_a_send_takes_exactly_what_it_held(firm, sql):
    with pytest.raises(IntegrityError, match="ledger_reason_moves_its_way"):
        sql(ENTRY, firm.pk, "by:hand", "send", -2, -1, 98, 29)


@pytest.mark.parametrize("after", [(-1, 0), (5, -1), (5, 6)])
def test_no_entry_leaves_less_than_nothing(firm, sql, after):
    with pytest.raises(IntegrityError, match="ledger_never_below_zero"):
        sql(ENTRY, firm.pk, "by:hand", "topup", 1, 0, *after)


def test_an_operation_key_stands_once_in_the_whole_ledger(firm, sql):
    other = factories.tenant(credits=5, sender="")
    with pytest.raises(IntegrityError, match="op_key"):
        sql(ENTRY, other.pk, "reserve:held", "reserve", 0, 1, 5, 1)


def test_an_account_of_nobody_cannot_exist(sql):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="foreign key"):
        sql("SELECT billing_post(987654321, 'topup:x', 'topup', 1, 0, '')")


# The check of the whole ledger must be able to find what it looks for.


def test_an_untouched_ledger_has_no_mismatch(firm):
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def test_a_balance_that_its_entries_do_not_explain_is_found(firm, sql):
    sql("UPDATE billing_account SET balance = balance + 1 WHERE tenant_id = %s", firm.pk)
    assert ledger.mismatches() == {"sums": 1, "breaks": 0}


def test_entries_without_an_account_are_found(firm, sql):
    sql("DELETE FROM billing_account WHERE tenant_id = %s", firm.pk)
    assert ledger.mismatches()["sums"] == 1


def test_a_break_in_the_running_totals_is_found(firm, sql):
    sql(ENTRY, firm.pk, "by:hand", "topup", 1, 0, 999, 30)
    assert ledger.mismatches() == {"sums": 1, "breaks": 1}
