"""What the stylesheet and the templates promise: contrast, strict CSP, nothing inline, no upper case by machine."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "smsmerkezi/static/panel/panel.css").read_text(encoding="utf-8")
JS = (ROOT / "smsmerkezi/static/panel/panel.js").read_text(encoding="utf-8")
TEMPLATES = sorted(
    path for folder in ("ui", "panel") for path in (ROOT / "templates" / folder).glob("*.html")
)
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
}
TURKISH_ONLY = (
    "showcase",
    "api",
    "_api",
    "kvkk",
)  # the workshop's page, the API's reference, which is in the API's language, and a text that the law wants as it is
TONES = ("ok", "warn", "bad", "info", "wait")
SURFACES = ("bg", "surface", "surface-2")
TEXT = [
    *(("text", surface) for surface in SURFACES),
    *(("muted", surface) for surface in SURFACES),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    ("brand-text", "surface"),
    ("brand-text", "bg"),
    ("brand-text", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
]
SHAPES = (
    [("line-strong", surface) for surface in ("bg", "surface")]
    + [("focus", surface) for surface in SURFACES]
    + [("brand", "line")]
)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(ink, paper, theme):
    assert contrast(TOKENS[ink][theme], TOKENS[paper][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "paper"), SHAPES)
def test_controls_can_be_seen(shape, paper, theme):
    assert contrast(TOKENS[shape][theme], TOKENS[paper][theme]) >= 3


def test_every_colour_is_a_token():
    body = re.sub(r"@layer tokens \{.*?\n\}\n", "", CSS, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", body) == []


def test_every_token_that_is_used_exists():
    declared = set(re.findall(r"--([\w-]+):", CSS))
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= declared


def test_the_machine_never_changes_the_case_of_text():
    assert "text-transform" not in CSS


def test_the_files_stay_small():
    assert len(CSS.encode()) < 32_000
    assert len(JS.encode()) < 20_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_inline(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:|\|safe\b", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"https?://", source)


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if not path.name.startswith(TURKISH_ONLY)], ids=lambda path: path.name
)
def test_a_template_has_no_untranslated_turkish(path):
    source = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
        "",
        re.sub(
            r"\{% blocktranslate.*?endblocktranslate %\}",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        ),
        flags=re.DOTALL,
    )
    assert [word for word in re.findall(r"\w*[çğıöşüÇĞİÖŞÜ]\w*", source) if word != "Türkçe"] == []


def test_the_policy_is_strict(client, db):
    policy = client.get("/giris")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_pages_are_not_kept(client, db):
    assert client.get("/giris")["Cache-Control"] != ""
    assert "no-cache" in client.get("/giris")["Cache-Control"]


def test_components_stand_on_one_page(client, db):
    assert client.get("/_ui").status_code == 200
