"""Rules of the house that linters cannot see. Each names the places that break it."""

import ast
import re

import pytest

from tests.structure import source

CREDIT_WRITES = re.compile(r"billing_post|(INSERT INTO|UPDATE|DELETE FROM) billing_")
VENDORS = ("netgsm", "kobikom", "verimor", "iletimerkezi")
MAY_NAME_A_VENDOR = {"gateways/registry.py", "smsmerkezi/demodata.py"}


def places(pattern: str, paths=None, *, besides: tuple[str, ...] = ()) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{source.name(path)}:{number}"
        for path in paths or source.code()
        if source.name(path) not in besides
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line) and not line.lstrip().startswith("#")
    ]


def test_doors_write_no_rows():
    assert (
        places(
            r"\.objects\.(create|bulk_create|update|get_or_create)\(|\.save\(|\.delete\(\)", source.doors()
        )
        == []
    )


def test_only_the_ledger_writes_the_tables_of_credit():
    outside = [path for path in source.code() if not source.name(path).startswith("billing/")]
    assert places(CREDIT_WRITES.pattern, outside) == []


def test_nobody_catches_everything():
    # The last frame of a forked process, and the edges to a gateway's module: its bugs are logged as that road's doubt when
    # it sends, and as that road's silence when it is asked.
    edges = ("smsmerkezi/embedded/forks.py", "messaging/sms/dispatch.py", "messaging/sms/asking.py")
    assert places(r"except( Base)?Exception\b|except:", besides=edges) == []


def test_row_locks_leave_foreign_keys_alone_and_are_ordered():
    for path in source.code():
        for statement in re.findall(r"select_for_update\([^\n]*\n?[^\n]*", path.read_text(encoding="utf-8")):
            assert "no_key=True" in statement, source.name(path)


def test_jobs_are_enqueued_by_the_bell_alone():
    assert places(r"\.enqueue|\.delay\(", besides=("messaging/sms/bell.py",)) == []


def test_jobs_take_plain_values():
    module = source.tree(source.ROOT / "messaging/sms/jobs.py")
    jobs = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    hints = {ast.unparse(argument.annotation) for job in jobs for argument in job.args.args}
    assert hints <= {"int", "str"}


def test_no_business_rule_hides_in_a_signal():
    assert places(r"@receiver|\.connect\(receiver") == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_one_module_and_one_registry_line(vendor):
    """The simulator plays the vendors, so it knows them; and the demo sets an account up. A long table may stand beside."""
    found = {
        source.name(path) for path in source.code() if vendor in path.read_text(encoding="utf-8").lower()
    }
    others = {name for name in found if not name.startswith("gateways/simulator/")} - MAY_NAME_A_VENDOR
    assert others - {f"gateways/{vendor}_codes.py"} == {f"gateways/{vendor}.py"}


def test_tenant_rows_are_reached_through_the_tenant_in_doors():
    """Django's admin is the platform's own door and sees every tenant; panel and API see one."""
    doors = [path for path in source.doors() if "admin" not in path.stem]
    scoped = r"\b(Message|OptOut|SenderId|LedgerEntry|AuditEntry|Recipient)\.objects\.(?!of\(|none\()"
    assert places(scoped, doors) == []


def test_secrets_are_compared_in_constant_time():
    assert (
        places(r"(secret|digest|signature)\w* == |== \w*(secret|digest|signature)\b", besides=SQL_DIGESTS)
        == []
    )


SQL_DIGESTS = ("messaging/sms/sending.py",)  # the hash of a request, no secret
