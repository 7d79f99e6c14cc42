"""Every screen opens for platform staff and for nobody else; nothing is edited in place."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from billing.models import LedgerEntry
from messaging.contacts.models import OptOut, PlatformOptOut
from messaging.hours.models import Holiday, Window
from smsmerkezi.backoffice import lists
from tenants.models import AuditEntry
from tests import factories

MODELS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
VERBS = [
    (f"{model._meta.app_label}_{model._meta.model_name}", verb.name, verb.fresh)
    for model, rows in admin.site._registry.items()
    for verb in rows.offers
]


def rows_of(platform) -> dict[str, int]:
    """An id on each screen."""
    return {
        "billing_account": platform.firm.pk,
        "billing_ledgerentry": LedgerEntry.objects.of(platform.firm).first().pk,
        "contacts_optout": OptOut.objects.of(platform.firm).first().pk,
        "contacts_platformoptout": PlatformOptOut.objects.get().pk,
        "gateways_gatewayaccount": platform.account.pk,
        "hours_holiday": Holiday.objects.first().pk,
        "hours_window": Window.objects.first().pk,
        "senders_senderid": platform.waiting.pk,
        "sms_message": platform.message.pk,
        "sms_submission": platform.message.submissions.get().pk,
        "tenants_apitoken": platform.token.token.pk,
        "tenants_auditentry": AuditEntry.objects.first().pk,
        "tenants_tenant": platform.firm.pk,
        "tenants_user": platform.admin.pk,
    }


def addresses(platform) -> list[str]:
    ids = rows_of(platform)
    lists_ = [reverse(f"admin:{model}_changelist") for model in MODELS]
    rows = [reverse(f"admin:{model}_change", args=[ids[model]]) for model in MODELS]
    pages = [
        reverse(f"admin:{model}_{verb}", args=[] if fresh else [ids[model]]) for model, verb, fresh in VERBS
    ]
    apps = [
        reverse("admin:app_list", args=[label]) for label in {model.partition("_")[0] for model in MODELS}
    ]
    screens = [reverse(f"admin:{name}{part}") for name in admin.site.screens for part in ("", "_live")]
    return [reverse("admin:index"), *apps, *lists_, *rows, *pages, *screens]


def test_only_our_tables_are_shown():
    assert set(MODELS) == {
        "billing_account",
        "billing_ledgerentry",
        "contacts_optout",
        "contacts_platformoptout",
        "gateways_gatewayaccount",
        "hours_holiday",
        "hours_window",
        "senders_senderid",
        "sms_message",
        "sms_submission",
        "tenants_apitoken",
        "tenants_auditentry",
        "tenants_tenant",
        "tenants_user",
    }
    assert all(isinstance(rows, lists.Rows) for rows in admin.site._registry.values())


def test_every_screen_opens_for_platform_staff(client, platform):
    found = {url: client.get(url).status_code for url in addresses(platform)}
    assert {url: status for url, status in found.items() if status != 200} == {}
    assert len(found) > 40


def test_no_screen_has_anything_inline(client, platform):
    for url in addresses(platform):
        page = client.get(url).content.decode()
        assert " style=" not in page, url
        assert "<style" not in page, url
        assert "<script>" not in page, url
        assert " onclick=" not in page, url
        assert "admin/css" not in page, url


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_people_of_firms_are_sent_away(platform, role):
    browser = Client()
    browser.force_login(factories.user(platform.firm, role=role))
    for url in addresses(platform):
        for answer in (browser.get(url), browser.post(url)):
            assert answer.status_code == 302, url
            assert answer.headers["Location"].startswith("/admin/login/"), url


def test_strangers_are_sent_to_the_login(platform):
    for url in addresses(platform):
        answer = Client().get(url)
        assert answer.status_code == 302, url
        assert answer.headers["Location"].startswith("/admin/login/"), url


def test_closed_staff_are_strangers(platform, staff):
    browser = Client()
    browser.force_login(staff)
    type(staff).objects.filter(pk=staff.pk).update(is_active=False)
    assert browser.get("/admin/").status_code == 302


def test_a_bad_id_is_not_found(client, platform):
    names = [f"{model}_{page}" for model in MODELS for page in ("change", "history")]
    names += [f"{model}_{verb}" for model, verb, fresh in VERBS if not fresh]
    for wrong in ("999999999", "yok", "99999999999999999999999", "-1", "_27", "%00"):
        for name in names:
            url = reverse(f"admin:{name}", args=[wrong])
            assert client.get(url).status_code == 404, url


def test_a_change_of_what_is_not_there_is_not_found(client, platform):
    for model, verb, fresh in VERBS:
        if not fresh:
            assert client.post(reverse(f"admin:{model}_{verb}", args=["999999999"])).status_code == 404


def test_nothing_is_added_changed_or_deleted_by_djangos_own_pages(client, platform):
    for model, pk in rows_of(platform).items():
        refused_everywhere(client, model, pk)


def refused_everywhere(client, model, pk):
    assert client.get(reverse(f"admin:{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:{model}_add"), {"name": "x"}).status_code == 403
    assert client.post(reverse(f"admin:{model}_change", args=[pk]), {"name": "x"}).status_code == 403
    assert client.get(reverse(f"admin:{model}_delete", args=[pk])).status_code == 403
    assert client.post(reverse(f"admin:{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    client.post(reverse(f"admin:{model}_changelist"), bulk)
    assert client.get(reverse(f"admin:{model}_change", args=[pk])).status_code == 200


def test_history_is_the_audit_trail(client, platform):
    answer = client.get(reverse("admin:tenants_tenant_history", args=[platform.firm.pk]))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?entity=Tenant&entity_id={platform.firm.pk}")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_first_page_says_what_waits(client, platform):
    page = client.get("/admin/").content.decode()
    assert "Karar bekleyen başlık" in page
    assert '<span class="number">1</span>' in page


def test_the_back_office_speaks_turkish_whatever_the_person_prefers(client, platform, staff):
    type(staff).objects.filter(pk=staff.pk).update(language="en")
    page = client.post("/admin/tenants/tenant/open/", {}).content.decode()
    assert '<html lang="tr"' in page
    assert "Bu alan zorunlu" in page


def test_the_policy_of_the_panel_holds_here(client, platform):
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
