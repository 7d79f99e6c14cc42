"""The only code that moves credit. Credits are SMS parts, integers.

Vocabulary: `reserve` holds credit for an accepted message, `settle` takes what was held, `release` gives it back.
Call these inside the transaction that changes the thing being paid for; each takes the account's lock last. An
`op_key` is made of row ids, so the same movement never posts twice: the second call changes nothing.

The posting itself is the SQL function `billing_post` (migration 0002), so that a statement that accepts or settles a
thousand messages moves the credit without a further round trip.
"""

from django.db import DatabaseError, connection, models, transaction

from billing.models import Account, LedgerEntry
from smsmerkezi import database
from smsmerkezi.core.errors import DomainError
from tenants.models import Tenant

Reason = LedgerEntry.Reason

# For set-based statements. Arguments: tenant id, op_key, credits, note. Each is NULL when the op_key was posted before.
RESERVE = "billing_post({tenant}, {op_key}, 'reserve', 0, ({credits})::bigint, {note})"
SETTLE = "billing_post({tenant}, {op_key}, 'send', -({credits})::bigint, -({credits})::bigint, {note})"
RELEASE = "billing_post({tenant}, {op_key}, 'release', 0, -({credits})::bigint, {note})"

INSUFFICIENT = "SM001"  # SQLSTATE raised by billing_post; its detail is "available needed"


class InsufficientCredit(DomainError):
    """`available` and `needed` are credits."""

    code = "insufficient-credit"

    def __init__(self, *, available: int, needed: int) -> None:
        super().__init__(f"Yetersiz bakiye. Mevcut: {available}, Gereken: {needed}.")
        self.available = available
        self.needed = needed


class BadAmount(DomainError):
    """Only whole, positive amounts below a trillion move."""

    code = "invalid-amount"


def refusal(error: DatabaseError) -> InsufficientCredit | None:
    """The domain's word for a statement that `billing_post` ended, None for any other error."""
    if database.sqlstate(error) != INSUFFICIENT:
        return None
    available, needed = map(int, database.detail(error).split())
    return InsufficientCredit(available=available, needed=needed)


def open_account(*, tenant: Tenant) -> Account:
    """Each tenant has one from its first day."""
    return Account.objects.get_or_create(tenant=tenant)[0]


def top_up(*, tenant: Tenant, credits: int, reference: str, note: str = "") -> bool:
    """Add bought credit. False when `reference` was posted before."""
    return _post(tenant, f"topup:{reference}", Reason.TOPUP, _positive(credits), 0, note)


def adjust(*, tenant: Tenant, credits: int, reference: str, note: str) -> bool:
    """Correct by a new entry; `credits` may be negative. Raises InsufficientCredit below what is reserved."""
    sign = 1 if credits > 0 else -1
    return _post(tenant, f"adjust:{reference}", Reason.ADJUSTMENT, sign * _positive(abs(credits)), 0, note)


def expire(*, tenant: Tenant, credits: int, reference: str) -> bool:
    """Take credit whose time is over."""
    return _post(tenant, f"expiry:{reference}", Reason.EXPIRY, -_positive(credits), 0, "")


def reserve(*, tenant: Tenant, credits: int, reference: str) -> bool:
    """Hold credit. Raises InsufficientCredit when less than that is available."""
    return _post(tenant, f"reserve:{reference}", Reason.RESERVE, 0, _positive(credits), "")


def settle(*, tenant: Tenant, credits: int, reference: str) -> bool:
    """Take credit that is held."""
    return _post(tenant, f"settle:{reference}", Reason.SEND, -_positive(credits), -credits, "")


def release(*, tenant: Tenant, credits: int, reference: str) -> bool:
    """Give back credit that is held."""
    return _post(tenant, f"release:{reference}", Reason.RELEASE, 0, -_positive(credits), "")


def refund(*, tenant: Tenant, credits: int, reference: str) -> bool:
    """Give back credit that was taken, as a new entry."""
    return _post(tenant, f"refund:{reference}", Reason.REFUND, _positive(credits), 0, "")


def _positive(credits: int) -> int:
    if isinstance(credits, bool) or not isinstance(credits, int) or not 0 < credits < 10**12:
        raise BadAmount("Kredi 1 ile 999.999.999.999 arasında bir tam sayı olmalıdır.", field="credits")
    return credits


def _post(tenant: Tenant, op_key: str, reason: str, delta: int, reserved_delta: int, note: str) -> bool:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The ledger moves inside its caller's transaction.")
    try:
        with transaction.atomic():  # a refusal leaves the caller's transaction usable
            posted = database.row(
                "SELECT billing_post(%(tenant)s, %(op_key)s, %(reason)s, %(delta)s, %(reserved)s, %(note)s)",
                {
                    "tenant": tenant.pk,
                    "op_key": op_key,
                    "reason": str(reason),
                    "delta": delta,
                    "reserved": reserved_delta,
                    "note": note,
                },
            )
    except DatabaseError as error:
        raise refusal(error) or error from error
    return posted is not None and posted[0] is not None


def account_of(tenant: Tenant) -> Account:
    """Balance and reserved as of now; an account without entries is empty."""
    return Account.objects.filter(tenant=tenant).first() or Account(tenant=tenant)


def mismatches() -> dict[str, int]:
    """Accounts that differ from the sum of their entries, and breaks in the running totals (send-protocol §3.6, 1 and 2).

    Both are 0, always; a check of the whole table, for tests, soaks and the nightly run.
    """
    sums = LedgerEntry.objects.values("tenant_id").annotate(
        balance=models.Sum("delta"), reserved=models.Sum("reserved_delta")
    )
    expected = {row["tenant_id"]: (row["balance"], row["reserved"]) for row in sums}
    accounts = {account.pk: (account.balance, account.reserved) for account in Account.objects.all()}
    wrong = sum(1 for pk, totals in accounts.items() if expected.pop(pk, (0, 0)) != totals) + len(expected)
    with connection.cursor() as cursor:
        cursor.execute(BREAKS)
        (breaks,) = cursor.fetchone()
    return {"sums": wrong, "breaks": breaks}


BREAKS = """
SELECT count(*) FROM (
  SELECT balance_after - delta IS DISTINCT FROM coalesce(lag(balance_after) OVER w, 0)
      OR reserved_after - reserved_delta IS DISTINCT FROM coalesce(lag(reserved_after) OVER w, 0) AS broken
  FROM billing_ledgerentry WINDOW w AS (PARTITION BY tenant_id ORDER BY id)
) steps WHERE broken
"""
