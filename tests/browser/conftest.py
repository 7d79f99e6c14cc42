"""One Chromium for the run; every page is watched for console errors, script errors and requests to elsewhere."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests import factories
from tests.proofs import prove, step_up_page

__all__ = ["step_up_page"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Nothing is drawn for anybody's eyes: no process for graphics, and none beside the tabs.
ARGUMENTS = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-extensions",
    "--disable-features=site-per-process,IsolateOrigins,WebUIJSErrorReporting,OptimizationHints,MediaRouter",
    "--renderer-process-limit=1",
)
HERE = {"127.0.0.1", "localhost"}
expect.set_options(timeout=10_000)


def chromium():
    named = os.environ.get("CHROMIUM", "")
    found = (
        [named]
        if named
        else [shutil.which(name) or "" for name in NAMES] + [p for p in PLACES if Path(p).exists()]
    )
    return next(filter(None, found), "")


def pytest_collection_modifyitems(items):
    """Marks every test of this folder, and lets them wait outside of CI where there is no browser."""
    missing = not chromium() and os.environ.get("CI") != "true"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if missing:
                item.add_marker(pytest.mark.skip(reason="Chromium is missing: install it or set CHROMIUM"))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Guard:
    """Whatever a page must not do. `allowed` are parts of console lines that a test expects."""

    def __init__(self):
        self.seen, self.allowed = [], []

    def watch(self, page):
        page.on("console", lambda line: line.type == "error" and self.seen.append(line.text))
        page.on("pageerror", lambda error: self.seen.append(str(error)))
        page.on("request", lambda request: self.elsewhere(request.url))

    def elsewhere(self, url):
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            self.seen.append(f"request to {parts.hostname}")

    @property
    def complaints(self):
        return [line for line in self.seen if not any(part in line for part in self.allowed)]


@pytest.fixture
def guard():
    watching = Guard()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def visit(browser, live_server, guard):
    """`visit(path, user=…, width=…, theme=…)` opens a page in a context of its own.

    Whoever is `proved` has just shown who they are.
    """
    contexts = []

    def opened(path="/", *, user=None, width=1280, theme="light", script=True, proved=False):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 860},
            color_scheme=theme,
            locale="tr-TR",
            timezone_id="Europe/Istanbul",
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session(user, live_server.url, proved=proved)])
        page = context.new_page()
        guard.watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def session(user, url, *, proved=False):
    client = Client()
    client.force_login(user)
    if proved:
        prove(client)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}


@pytest.fixture
def world(transactional_db):
    factories.gateway(default=True)
    firm = factories.tenant(credits=12_480)
    return SimpleNamespace(
        firm=firm,
        operator=factories.user(firm, role="operator"),
        viewer=factories.user(firm, role="viewer"),
    )


@pytest.fixture
def messages(world):
    """Three messages of the operator; the middle one was taken back."""
    return [factories.sent(world.firm, "05321110001", body=body) for body in ("Randevu", "Kargo", "Kod 42")]


WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def accessible(page):
    """No violation that axe can see, none of contrast in the dark, and nothing to scroll sideways at 320 pixels."""
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    page.emulate_media(color_scheme="light")
    wide = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 860})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(wide)


def violations(page, options):
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
