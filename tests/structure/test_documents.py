"""Documents that list something list all of it."""

import re

import pytest

from tests.structure import source


def read(name: str) -> str:
    return (source.ROOT / name).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    pattern = re.compile(r'env\.(?:text|flag|number|words|path|rate|database|redis)\(\s*"([A-Z_]+)"')
    return {name for path in source.code() for name in pattern.findall(path.read_text(encoding="utf-8"))}


def test_every_setting_is_described():
    described = set(re.findall(r"`([A-Z_]+)`", read("docs/settings.md")))
    assert settings_read() - described == set()


def test_no_setting_is_described_that_nobody_reads():
    listed = set(re.findall(r"^\| (?:`([A-Z_]+)`)", read("docs/settings.md"), re.MULTILINE))
    assert listed - settings_read() - {"PORT", "DATA_DIR", "CHROMIUM"} == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_dependency_is_pinned_locked_and_explained(name):
    lock, explained = read("requirements.lock"), read("docs/dependencies.md")
    for line in read(name).splitlines():
        if not line or line.startswith(("#", "-r")):
            continue
        package, version = re.fullmatch(r"([A-Za-z0-9.-]+)(?:\[[a-z,]+\])?==([\w.]+)", line).groups()
        assert f"\n{package.lower()}=={version} " in f"\n{lock}", package
        assert package.lower() in explained.lower(), package


def test_every_locked_package_has_a_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", read("requirements.lock"))
    assert [block.split("==")[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_decisions_are_numbered_without_gaps_and_short():
    decisions = sorted((source.ROOT / "docs/adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    assert all(source.lines(path) <= 45 for path in decisions)


def test_the_readme_leads_to_files_that_are_there():
    links = re.findall(r"\]\(([^)#:]+)\)", read("README.md"))
    assert [link for link in links if not (source.ROOT / link).exists()] == []
