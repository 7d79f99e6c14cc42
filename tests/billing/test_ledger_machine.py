"""The ledger against a Python dict, in random histories on real PostgreSQL, with replays and crashes.

MACHINE_EXAMPLES sets how many histories (`python -m tests.soak machine` runs 20,000); each has up to 50 steps.
"""

import os
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing import ledger
from billing.models import LedgerEntry
from tenants.models import Tenant

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "100"))
amounts = st.integers(min_value=1, max_value=40)
REFUSED = "refused"
# verb -> what one credit of it does to (balance, reserved)
MOVES = {
    ledger.top_up: (1, 0),
    ledger.adjust: (1, 0),
    ledger.expire: (-1, 0),
    ledger.reserve: (0, 1),
    ledger.settle: (-1, -1),
    ledger.release: (0, -1),
    ledger.refund: (1, 0),
}


class Crash(BaseException):
    """The process dies before its commit."""


class Ledger(RuleBasedStateMachine):
    """`model` holds balance, reserved and what was posted, by verb and reference; `told` every call so far."""

    model = None

    @initialize()
    def open(self):
        name = f"makine-{Tenant.objects.count()}-{id(self)}"
        self.firm = Tenant.objects.create(name=name, slug=name)
        self.model = {"balance": 0, "reserved": 0, "posted": set(), "entries": []}
        self.told, self.seen = [], 0

    @rule(credits=amounts)
    def top_up(self, credits):
        self.call(ledger.top_up, credits)

    @rule(credits=amounts, sign=st.sampled_from([1, -1]))
    def adjust(self, credits, sign):
        self.call(ledger.adjust, sign * credits, note="el ile")

    @rule(credits=amounts)
    def reserve(self, credits):
        self.call(ledger.reserve, credits)

    @rule(credits=amounts)
    def settle(self, credits):
        self.call(ledger.settle, credits)

    @rule(credits=amounts)
    def release(self, credits):
        self.call(ledger.release, credits)

    @rule(credits=amounts)
    def refund(self, credits):
        self.call(ledger.refund, credits)

    @rule(credits=amounts)
    def expire(self, credits):
        self.call(ledger.expire, credits)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def replay(self, data):
        """Any earlier call again, word for word. One that was refused then may succeed now."""
        verb, arguments = data.draw(st.sampled_from(self.told))
        self.judge(verb, arguments)

    @rule(verb=st.sampled_from(list(MOVES)), credits=amounts)
    def crash(self, verb, credits):
        """The process dies between the movement and its commit: nothing happened."""
        arguments = self.arguments(verb, credits, note="x")
        with suppress(Crash, ledger.InsufficientCredit, IntegrityError), transaction.atomic():
            verb(**arguments)
            raise Crash

    def call(self, verb, credits, **more):
        arguments = self.arguments(verb, credits, **more)
        self.told.append((verb, arguments))
        self.judge(verb, arguments)

    def arguments(self, verb, credits, **more):
        reference = f"{self.firm.pk}:{len(self.told)}"
        noted = more if verb is ledger.adjust else {}
        return {"tenant": self.firm, "credits": credits, "reference": reference, **noted}

    def judge(self, verb, arguments):
        """The ledger does what the model says."""
        expected = self.predict(verb, arguments)
        try:
            with transaction.atomic():
                answer = verb(**arguments)
        except (ledger.InsufficientCredit, IntegrityError):
            answer = REFUSED
        assert answer == expected, (verb.__name__, arguments["credits"])

    def predict(self, verb, arguments):
        key = (verb, arguments["reference"])
        if key in self.model["posted"]:
            return False
        per_credit = MOVES[verb]
        delta, held = (arguments["credits"] * each for each in per_credit)
        balance, reserved = self.model["balance"] + delta, self.model["reserved"] + held
        if reserved < 0 or balance < reserved:
            return REFUSED
        self.model |= {"balance": balance, "reserved": reserved}
        self.model["posted"].add(key)
        self.model["entries"].append([delta, held, balance, reserved])
        return True

    @invariant()
    def account_and_entries_are_what_the_model_says(self):
        if not self.model:
            return
        account = ledger.account_of(self.firm)
        assert (account.balance, account.reserved) == (self.model["balance"], self.model["reserved"])
        assert account.available >= 0
        new = LedgerEntry.objects.of(self.firm).filter(id__gt=self.seen).order_by("id")
        told = list(new.values_list("id", "delta", "reserved_delta", "balance_after", "reserved_after"))
        assert [entry for _, *entry in told] == self.model["entries"]
        self.seen = told[-1][0] if told else self.seen
        self.model["entries"] = []

    def teardown(self):
        assert ledger.mismatches() == {"sums": 0, "breaks": 0}


@pytest.mark.django_db(transaction=True)
def test_no_history_of_movements_makes_the_ledger_differ_from_its_model():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # thousands of commits, and nobody pulls the plug
    size = settings(
        max_examples=EXAMPLES, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Ledger, settings=size)
