from tests import coverage_gate


def measured(lines=(), branches=()):
    return {"missing_lines": list(lines), "missing_branches": list(branches)}


def test_a_missed_branch_of_the_ledger_is_named():
    report = {"files": {"billing/ledger.py": measured(branches=[[3, 5]]), "billing/models.py": measured()}}
    assert coverage_gate.gaps(report) == {"billing/ledger.py": "lines [], branches [[3, 5]]"}


def test_a_missed_line_of_sending_is_named():
    report = {"files": {"messaging/sms/sending.py": measured(lines=[9])}}
    assert list(coverage_gate.gaps(report)) == ["messaging/sms/sending.py"]


def test_gaps_elsewhere_are_the_overall_figures_business():
    assert coverage_gate.gaps({"files": {"gateways/http.py": measured(lines=[1])}}) == {}


def test_the_command_fails_exactly_when_there_is_a_gap(tmp_path, monkeypatch, capsys):
    path = tmp_path / "coverage.json"
    monkeypatch.setattr("sys.argv", ["gate", str(path)])
    path.write_text('{"files": {"billing/ledger.py": {"missing_lines": [1], "missing_branches": []}}}')
    assert coverage_gate.main() == 1
    assert "billing/ledger.py" in capsys.readouterr().err
    path.write_text('{"files": {}}')
    assert coverage_gate.main() == 0
