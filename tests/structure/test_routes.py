"""Every path is guarded, but for the listed public ones (style, point 22)."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC = {
    "v1-status", "v1-health", "v1-schema", "v1-docs", "v1-docs-swagger", "v1-no-such-path",
    # Hand out what the others ask for: tests/api/test_auth_doors.py
    "v1-login", "v1-register", "v1-two-factor", "v1-kvkk-consent",
    "panel-login", "panel-logout", "panel-theme", "panel-language", "panel-showcase",
    "panel-register", "panel-registered", "panel-verify", "panel-forgotten", "panel-reset",
    "panel-notice", "panel-kvkk",
    "panel-invitation",  # its address is its key: tests/panel/test_joining.py
    "gateway-callback",  # its address is its key: tests/messaging/sms/test_callbacks.py
}  # fmt: skip


def routes(patterns=None, prefix="/"):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(pattern.pattern).replace("^", "").replace("$", "")
        if isinstance(pattern, URLResolver):
            if not path.startswith("/admin"):
                yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, path


def filled(path: str) -> str:
    return re.sub(r"<\w+:\w+>", "1", path)


METHODS = {
    "panel-second-factor-start": "POST",
    "v1-sms-send": "POST",
    "v1-token": "DELETE",
    "v1-sender-approve": "POST",
    "v1-sender-reject": "POST",
    "v1-notifications-read": "POST",
    "v1-notification-read": "POST",
    "v1-notification": "DELETE",
    "v1-users-invite": "POST",
    "v1-invitation": "DELETE",
    "v1-user": "DELETE",
    "v1-bulk-cancel": "POST",
    "v1-logout": "POST",
    "v1-2fa-enable": "POST",
    "v1-2fa-confirm": "POST",
    "v1-2fa-codes": "POST",
    "v1-settings-profile": "PUT",
    "v1-settings-password": "PUT",
    "v1-kvkk-revoke": "POST",
    "panel-send-quote": "POST",
    "panel-send-confirm": "POST",
}
GUARDED = [(name, path) for name, path in routes() if name not in PUBLIC]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), GUARDED, ids=[name for name, _ in GUARDED])
def test_a_stranger_without_a_key_gets_nothing(name, path):
    answer = Client().generic(METHODS.get(name, "GET"), filled(path))
    if path.startswith("/v1/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code in {302, 403}, answer.status_code
        assert answer.status_code == 403 or answer.headers["Location"].startswith("/giris")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/admin/tenants/tenant/", "/admin/billing/ledgerentry/"])
def test_the_back_office_asks_who_is_there(path):
    assert Client().get(path).status_code in {302, 404}


def test_public_paths_are_really_there():
    assert PUBLIC - {name for name, _ in routes()} - {"panel-showcase"} == set()
