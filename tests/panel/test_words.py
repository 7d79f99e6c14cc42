"""Every state has a word, an icon and a tone; every icon exists; numbers and times look as promised."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from gateways.segments import Encoding
from messaging.sms import panel_words, words
from messaging.sms.models import Message, Recipient
from smsmerkezi.panel import navigation
from smsmerkezi.templatetags import ui
from tenants.models import User

TONES = {"ok", "info", "wait", "warn", "bad", "none"}


def shown(source, **values):
    return Template("{% load ui %}" + source).render(Context(values))


def test_every_word_of_the_contract_has_one_of_ours():
    assert set(words.STATUSES) | set(words.RECIPIENT.values()) <= set(panel_words.STATUSES)


@pytest.mark.parametrize(
    "word", [*panel_words.STATUSES.values(), *panel_words.STEPS.values()], ids=lambda word: str(word.label)
)
def test_a_word_has_an_icon_and_a_tone(word):
    assert word.icon in ui.ICONS
    assert word.tone in TONES
    assert str(word.label)


def test_sources_and_encodings_are_all_named():
    assert set(panel_words.SOURCES) == set(Message.Source)
    assert set(panel_words.ENCODINGS) == set(Encoding)
    assert set(ui.ROLES) == set(User.Role)


@pytest.mark.parametrize("name", ui.ICONS)
def test_an_icon_is_a_picture_without_style_or_script(name):
    svg = ui.icon(name)
    assert svg.startswith("<svg")
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg


@pytest.mark.parametrize("item", navigation.ITEMS, ids=lambda item: item.view)
def test_the_navigation_has_no_dead_ends(item):
    assert item.icon in ui.ICONS
    assert item.url.startswith("/")
    assert len(item.key) == 1


@pytest.mark.parametrize(
    ("state", "code", "part"),
    [
        ("undelivered", "absent", "telefon kapalı"),
        ("failed", "opted-out", "ret listesine girmiş"),
        ("sending", "unknown", "yeniden gönderilmez"),
        ("delivered", None, ""),
        ("queued", None, ""),
        ("expired", None, "geçerlilik süresi"),
    ],
)
def test_a_code_has_a_meaning_people_read(state, code, part):
    meaning = str(panel_words.meaning(code, state))
    assert part in meaning
    assert bool(meaning) == bool(part)


def test_recipients_ends_are_explained():
    ends = {words.RECIPIENT[state] for state in Recipient.State if state >= Recipient.State.UNDELIVERED}
    assert all(panel_words.meaning("x", end) or end == "cancelled" for end in ends)


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (12480, "12.480", "12,480"),
        (1234567, "1.234.567", "1,234,567"),
        (None, "–", "–"),
    ],
)
def test_numbers(value, turkish, english):
    assert ui.number(value) == turkish
    with translation.override("en"):
        assert ui.number(value) == english


def test_percentages():
    assert ui.percent(957, 1000) == "%95,7"
    assert ui.percent(1, 0) == "–"
    with translation.override("en"):
        assert ui.percent(957, 1000) == "95.7%"


def test_times_are_istanbuls_with_the_iso_form_beside():
    noon = datetime(2026, 11, 22, 11, 59, tzinfo=UTC)
    assert shown("{{ at|moment }}", at=noon) == (
        '<time datetime="2026-11-22T14:59:00+03:00" title="2026-11-22T14:59:00+03:00">22.11.2026 14:59</time>'
    )
    assert ">14:59:00<" in shown('{{ at|moment:"clock" }}', at=noon)
    assert ">22.11.2026<" in shown('{{ at|moment:"day" }}', at=noon)
    assert shown("{{ at|moment }}", at=None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "<1 sn"), (5.2, "5 sn"), (59, "59 sn"), (180, "3 dk"), (7800, "2 sa 10 dk"), (-3, "<1 sn")],
)
def test_spans(seconds, text):
    assert ui.span(timedelta(seconds=seconds)) == text


def test_what_is_not_known_is_a_dash():
    assert ui.span(None) == ui.number(None) == ui.moment(None) == "–"


def test_numbers_of_people_are_masked_unless_asked_for():
    assert ui.phone_for(905321112233, False) == "0532 *** 22 33"
    assert ui.phone_for(905321112233, True) == "0532 111 22 33"


def test_a_bubble_shows_its_borders_and_escapes_its_text():
    assert ui.bubble(["bir"]) == "bir"
    assert (
        ui.bubble(["<b>", "iki"])
        == '<span class="edge">1. parça / 2</span>&lt;b&gt;<span class="edge">2. parça / 2</span>iki'
    )
    assert shown("{% bubble pieces %}", pieces=["<b>"]) == "&lt;b&gt;"


def test_a_query_keeps_its_other_keys(rf):
    request = rf.get("/mesajlar?text=a%26b&cursor=x")
    assert shown("{% same_query cursor='y' %}", request=request) == "?text=a%26b&amp;cursor=y"
    assert shown("{% same_query cursor=None %}", request=request) == "?text=a%26b"
    assert shown("{% same_query text=None cursor=None %}", request=request) == "?"
