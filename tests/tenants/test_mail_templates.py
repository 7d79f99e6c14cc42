"""Every mail, as text and as a page, in both languages."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from smsmerkezi.core import crypto
from tenants import mail
from tenants.models import OutgoingMail

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem != "base")
LINK = "https://panel.test/x/anahtar"
VALUES = {"left": 3, "days": 7, "role": "operator"}  # of those that cannot be any word
CHROME = {  # what only the page needs, and the link that the text writes on one line
    "tr": {
        "SMS Merkezi",
        "Düğme çalışmıyorsa bu adresi tarayıcınıza yapıştırın:",
        "Bu iletiyi SMS Merkezi hesabınız için aldınız.",
        LINK,
    },
    "en": {
        "SMS Merkezi",
        "If the button does not work, paste this address into your browser:",
        "You received this because of your SMS Merkezi account.",
        LINK,
    },
}


def filled(name, language):
    """The mail with every variable it knows given as a word that no sentence has."""
    source = "".join((FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("txt", "html"))
    told = {word: VALUES.get(word, f"zz{word}") for word in re.findall(r"\{\{\s*(\w+)", source)}
    row = OutgoingMail(to="a@b.test", template=name, language=language)
    row.context = crypto.encrypt(json.dumps({**told, "link": LINK}))
    return mail.rendered(row)


def sentences(page):
    """What a reader of the page reads, a block each."""
    body = page[page.index("<body") :]
    blocks = re.split(r"</?(?:td|tr|table|p|h1|li|ul|ol|br|a|div)\b[^>]*>", body)
    texts = (" ".join(unescape(re.sub(r"<[^>]+>", "", block)).split()) for block in blocks)
    return [text for text in texts if text]


@pytest.fixture(params=["tr", "en"])
def language(request):
    return request.param


def test_there_are_mails():
    assert {"verify", "account_exists", "password_reset"} <= set(NAMES)


def test_every_mail_is_text_and_page():
    assert sorted(path.stem for path in FOLDER.glob("*.html") if path.stem != "base") == NAMES


@pytest.mark.parametrize("name", NAMES)
class TestEveryMail:
    def test_says_the_same_in_text_and_page(self, name, language):
        message = filled(name, language)
        text = " ".join(message.body.split())
        read = sentences(message.alternatives[0][0])
        assert read.count(message.subject) == 1
        told = [
            each for each in read if each not in CHROME[language] | {message.subject} or each in message.body
        ]
        assert [each for each in told if each not in text] == []
        for each in sorted(told, key=len, reverse=True):
            text = text.replace(each, "", 1)
        assert re.sub(r"[\W_]+", "", text.replace(LINK, "")) == ""

    def test_has_a_subject_of_one_line_and_a_body(self, name, language):
        message = filled(name, language)
        assert message.subject
        assert "\n" not in message.subject
        assert len(message.body) > 60
        assert "zz" in message.body or "{{" not in (FOLDER / f"{name}.txt").read_text(encoding="utf-8")

    def test_has_no_turkish_in_english(self, name, language):
        message = filled(name, language)
        letters = set("çğışöüÇĞİŞÖÜ")
        said = message.subject + message.body + "".join(sentences(message.alternatives[0][0]))
        assert bool(letters & set(said)) is (language == "tr")

    def test_fetches_nothing_and_runs_nothing_when_it_is_opened(self, name, language):
        page = filled(name, language).alternatives[0][0]
        assert not re.search(r"<img|<script|url\(|@import|<link|\bon\w+=", page)
        assert set(re.findall(r'href="([^"]*)"', page)) <= {LINK, settings.SITE_URL}
