"""The API's pages: our reference and Swagger UI, offline and under the strict policy."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.structure import source

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OPERATIONS = len(
    re.findall(
        r"^ +operationId:", (source.ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )
)
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture
def reference(visit, db):
    return visit("/v1/docs")


def violations(page, options):
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


def test_the_reference_is_accessible_readable_in_the_dark_and_narrow(reference):
    assert violations(reference, WCAG) == []
    reference.emulate_media(color_scheme="dark")
    assert violations(reference, COLOURS) == []
    for width in (390, 320):
        reference.set_viewport_size({"width": width, "height": 860})
        assert reference.evaluate("document.documentElement.scrollWidth") <= width


def test_its_contents_lead_to_every_operation(reference):
    links = reference.locator("#side a[href^='#']")
    for link in links.all():
        target = link.get_attribute("href")
        assert reference.locator(target).count() == 1, target
    reference.get_by_role("link", name="SMS gönder", exact=True).first.click()
    expect(reference.locator("#sendSms")).to_be_in_viewport()


def test_a_command_is_copied_whole(reference):
    reference.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reference.locator("#sendSms").get_by_role("button", name="Kopyala: istek").click()
    copied = reference.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -X POST")
    assert copied.endswith("JSON")
    assert "14:00'tedir" in copied


def test_it_is_readable_without_script(visit, db):
    page = visit("/v1/docs", script=False, width=390)
    expect(page.get_by_role("heading", name="Hatalar")).to_be_visible()


def test_swagger_shows_every_operation_without_a_complaint(visit, db):
    page = visit("/v1/docs/swagger")
    expect(page.locator(".opblock")).to_have_count(OPERATIONS)
    page.locator(".opblock-summary", has_text="/v1/health").click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()


def test_swagger_can_ask_for_real(visit, db):
    page = visit("/v1/docs/swagger")
    page.locator(".opblock-summary", has_text="/v1/health").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_the_reference_leads_to_swagger_and_back_to_the_panel(reference):
    reference.get_by_role("link", name="Dene", exact=True).click()
    reference.wait_for_url("**/v1/docs/swagger")
    expect(reference.locator(".opblock").first).to_be_visible()
