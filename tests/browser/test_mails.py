"""Mails as mail programs show them: readable in both themes, and as narrow as a phone."""

import pytest

from tests.browser.test_pages import COLOURS, violations
from tests.tenants.test_mail_templates import NAMES, filled


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_readable_in_both_themes_and_on_a_phone(visit, name):
    page = visit("about:blank", width=320)
    page.set_content(filled(name, "tr").alternatives[0][0])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    papers = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page, COLOURS) == []
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers == ["rgb(245, 247, 248)", "rgb(14, 21, 23)"]
