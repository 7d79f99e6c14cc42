"""English: every Turkish sentence has one, none is doubtful, and the compiled file is the written one."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

FOLDER = Path(settings.BASE_DIR) / "smsmerkezi/locale/en/LC_MESSAGES"
WRITTEN = (FOLDER / "django.po").read_text(encoding="utf-8")
ENTRIES = WRITTEN.strip().split("\n\n")[1:]
FIELD = re.compile(r"\{\w*\}|%\(\w+\)s")


def texts(entry, field):
    return [
        ast.literal_eval(found) for found in re.findall(rf'^{field}(?:\[\d\])? (".*")$', entry, re.MULTILINE)
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: texts(entry, "msgid")[0][:40])
def test_an_entry_is_whole(entry):
    source, english = texts(entry, "msgid")[0], texts(entry, "msgstr")
    assert "fuzzy" not in entry
    assert all(text.strip() for text in english)
    assert all(sorted(FIELD.findall(text)) == sorted(FIELD.findall(source)) for text in english)


def test_every_sentence_of_the_source_is_in_the_catalogue(tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed")
    known = {texts(entry, "msgid")[0] for entry in ENTRIES}
    assert marked(tmp_path) - known == set()


def marked(place):
    """What the panel's modules and templates mark for translation, by gettext's own reading."""
    root = Path(settings.BASE_DIR)
    modules = [
        path
        for package in ("smsmerkezi", "tenants", "messaging", "billing")
        for path in (root / package).rglob("*.py")
    ]
    found = place / "found.po"
    command = [
        "xgettext",
        "-L",
        "Python",
        "--from-code=UTF-8",
        "--no-wrap",
        "-k_",
        "-kgettext_lazy",
        "-o",
        found,
    ]
    subprocess.run([*command, *modules], check=True)
    words = {
        ast.literal_eval(text)
        for text in re.findall(r'^msgid (".+")$', found.read_text(encoding="utf-8"), re.MULTILINE)
    }
    for path in (root / "templates").glob("*/*.*"):
        if path.parent.name in {"ui", "panel", "emails"}:
            words |= marked_in(path.read_text(encoding="utf-8"))
    return words - {""}


def marked_in(template):
    """The sentences of one template, as gettext knows them."""
    found = {text for _, text in re.findall(r"""\{% translate (["'])(.+?)\1""", template)}
    for block in re.findall(
        r"\{% blocktranslate trimmed[^%]*%\}(.*?)\{% (?:plural|endblocktranslate) %\}", template, re.DOTALL
    ):
        lines = " ".join(line.strip() for line in block.strip().splitlines())
        found.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", lines))
    return found


def test_the_compiled_catalogue_is_the_written_one(tmp_path):
    if not shutil.which("msgfmt"):
        pytest.skip("gettext is not installed")
    subprocess.run(
        ["msgfmt", "--check-format", "--no-hash", "-o", tmp_path / "now.mo", FOLDER / "django.po"], check=True
    )
    assert (tmp_path / "now.mo").read_bytes() == (FOLDER / "django.mo").read_bytes()


def test_the_compiled_catalogue_knows_every_sentence():
    """Also where gettext is not installed."""
    with translation.override("en"):
        for entry in ENTRIES:
            if "msgid_plural" not in entry:
                assert gettext(texts(entry, "msgid")[0]) == texts(entry, "msgstr")[0]
