"""The pages of Ayarlar, by hand."""

import pytest

from tenants.models import PanelSession
from tests.browser.test_account import looks_right


@pytest.fixture
def person(world):
    return world.operator


def test_a_browser_is_closed_from_another_one(visit, person):
    there = visit("/mesajlar", user=person)
    page = visit("/ayarlar/oturumlar", user=person)
    assert page.get_by_text("Bu oturum").count() == 1
    looks_right(page)
    page.get_by_role("button", name="Öteki oturumları kapat").click()
    page.get_by_text("1 oturum kapatıldı.").wait_for()
    looks_right(page)
    there.reload()
    there.wait_for_url("**/giris?sonra=%2Fmesajlar")


def test_what_a_page_asks_by_itself_says_so(visit, person):
    page = visit("/mesajlar", user=person)
    with page.expect_request("**/bakiye/kalan") as asked:
        page.evaluate("htmx.trigger('#balance', 'every')")
        page.evaluate(
            "htmx.ajax('GET', '/bakiye/kalan', {source: '#balance', target: '#balance', swap: 'outerHTML'})"
        )
    assert asked.value.headers["x-poll"] == "1"
    assert PanelSession.objects.filter(user=person).count() == 1
