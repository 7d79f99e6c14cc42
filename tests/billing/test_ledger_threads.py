"""Many at once: the account's lock decides who gets the last credit, and in what order."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from billing import ledger
from billing.models import LedgerEntry
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run them in threads that start together; their results in order."""
    barrier = threading.Barrier(len(works))

    def run(work):
        try:
            connection.ensure_connection()  # or the first to connect would be alone
            barrier.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def attempt(verb, **arguments):
    """True, False, or the refusal's code."""
    try:
        with transaction.atomic():
            return verb(**arguments)
    except ledger.InsufficientCredit as refused:
        return refused.code


def test_two_who_want_the_last_credit_do_not_both_get_it():
    for n in range(10):
        firm = factories.tenant(credits=1, sender="")
        wants = [partial(attempt, ledger.reserve, tenant=firm, credits=1, reference=(n, m)) for m in range(4)]
        assert sorted(at_once(*wants), key=str) == [True] + ["insufficient-credit"] * 3


def test_one_movement_told_by_many_at_once_posts_once():
    firm = factories.tenant(credits=10, sender="")
    same = [lambda: attempt(ledger.reserve, tenant=firm, credits=3, reference="same")] * 6
    assert sorted(at_once(*same)) == [False] * 5 + [True]
    assert ledger.account_of(firm).reserved == 3


def test_the_first_movement_of_an_account_may_come_from_many_at_once():
    firm = factories.tenant(credits=0, sender="")
    ups = [
        lambda n=n: attempt(ledger.top_up, tenant=firm, credits=n, reference=f"up:{n}") for n in range(1, 7)
    ]
    assert at_once(*ups) == [True] * 6
    assert ledger.account_of(firm).balance == 21
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def test_a_movement_waits_for_the_account_and_then_sees_what_is_left():
    """Without the account's lock the second would go by the balance that it read while the first was under way."""
    mine, other = factories.tenant(credits=1, sender=""), factories.tenant(credits=1, sender="")
    begun, answers = threading.Event(), []

    def second():
        begun.set()
        answers.append(attempt(ledger.reserve, tenant=mine, credits=1, reference="second"))
        connection.close()

    with transaction.atomic():
        ledger.reserve(tenant=mine, credits=1, reference="first")
        waiting = threading.Thread(target=second)
        waiting.start()
        assert begun.wait(5)
        waiting.join(0.3)
        assert answers == [], "it did not wait"
        assert at_once(lambda: attempt(ledger.reserve, tenant=other, credits=1, reference="third")) == [True]
    waiting.join(5)
    assert answers == ["insufficient-credit"]


def test_promise_6_a_balance_never_goes_below_zero():
    """Spenders of 1 credit each from 1,000, in 5,000 tries, some given back or topped up meanwhile (promises P6).

    48 of them: each holds a connection, and the tests' server has 60.
    """
    firm = factories.tenant(credits=1000, sender="")
    tries = iter(range(5000))
    taking, spent, errors = threading.Lock(), [], []

    def spend():
        dice = random.Random(threading.get_ident())
        while (n := _next(tries, taking)) is not None:
            try:
                spent.extend(one(firm, n, dice.random()))
            except Exception as error:  # noqa: BLE001 - whatever it is, the promise allows none
                errors.append(error)

    at_once(*[spend] * 48)
    assert errors == []
    rows = LedgerEntry.objects.of(firm)
    assert min(row.balance_after - row.reserved_after for row in rows) == 0, (
        "everything was spent, and no more"
    )
    account = ledger.account_of(firm)
    assert account.reserved == 0
    assert account.balance == 1000 + sum(spent)
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def _next(tries, lock):
    with lock:
        return next(tries, None)


def one(firm, n, chance):
    """One try of a spender; what it did to the balance."""
    if attempt(ledger.reserve, tenant=firm, credits=1, reference=n) is not True:
        if n % 50 == 0:
            attempt(ledger.top_up, tenant=firm, credits=5, reference=n)
            return [5]
        return []
    if chance < 0.1:  # cancelled
        attempt(ledger.release, tenant=firm, credits=1, reference=n)
        return []
    attempt(ledger.settle, tenant=firm, credits=1, reference=n)
    if chance < 0.2:
        attempt(ledger.refund, tenant=firm, credits=1, reference=n)
        return [-1, 1]
    return [-1]
