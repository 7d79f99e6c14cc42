"""Kullanıcılar as it is used: asked by mail, joined behind the link, given a role, removed; readable everywhere."""

import re

import pytest
from playwright.sync_api import expect

from tenants import invitations
from tenants.actors import Actor
from tenants.models import Invitation, OutgoingMail, User
from tests import factories
from tests.browser.conftest import accessible
from tests.tenants.test_invitations import grown, secret_of

pytestmark = pytest.mark.usefixtures("step_up_page")
EMAIL = "yeni@ornek.test"


@pytest.fixture
def admin(world):
    return factories.user(world.firm, name="Ayşe Yönetici")


def test_somebody_is_asked_joins_gets_a_role_and_is_removed(visit, world, admin):
    page = visit("/kullanicilar", user=admin, proved=True)
    expect(page.get_by_role("heading", name="Bekleyen davet yok")).to_be_visible()
    page.get_by_role("link", name="Davet et").click()
    page.get_by_label("E-posta").fill(EMAIL)
    page.get_by_role("radio", name=re.compile("^İzleyici")).check()
    accessible(page)
    page.get_by_role("button", name="Daveti gönder").click()
    expect(page.get_by_role("status").filter(has_text="Davet gönderildi.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=EMAIL)).to_contain_text("Bekliyor")
    accessible(page)

    guest = visit(f"/davet/{secret_of(OutgoingMail.objects.get())}")
    guest.get_by_label("Ad soyad").fill("Yeni Kişi")
    guest.get_by_label("Parola", exact=True).fill("yeterince-uzun-parola-1")
    guest.get_by_label("KVKK aydınlatma metnini okudum").check()
    accessible(guest)
    guest.get_by_role("button", name="Hesabımı oluştur").click()
    expect(guest.get_by_role("heading", name="Hesabınız hazır")).to_be_visible()

    page.reload()
    row = page.get_by_role("row").filter(has_text="Yeni Kişi")
    expect(row).to_contain_text("İzleyici")
    row.get_by_role("link", name="Rol Yeni Kişi").click()
    page.get_by_role("radio", name=re.compile("^Operatör")).check()
    accessible(page)
    page.get_by_role("button", name="Kaydet").click()
    expect(row).to_contain_text("Operatör")
    row.get_by_role("link", name="Çıkar Yeni Kişi").click()
    accessible(page)
    page.get_by_role("button", name="Firmadan çıkar").click()
    expect(page.get_by_role("status").filter(has_text="çıkarıldı")).to_be_visible()
    expect(row).to_have_count(0)
    assert User.objects.get(name="Yeni Kişi").deleted_at is not None


def test_an_invitation_is_sent_again_and_cancelled(visit, world, admin):
    made = invitations.invite(by=Actor(world.firm, admin), email=EMAIL, role="viewer")
    grown(made, days=8)
    page = visit("/kullanicilar", user=admin, proved=True)
    row = page.get_by_role("row").filter(has_text=EMAIL)
    expect(row).to_contain_text("Süresi doldu")
    row.get_by_role("button", name="Yeniden gönder").click()
    expect(row).to_contain_text("Bekliyor")
    row.get_by_role("link", name="İptal").click()
    accessible(page)
    page.get_by_role("button", name="Daveti iptal et").click()
    expect(page.get_by_role("heading", name="Bekleyen davet yok")).to_be_visible()


def test_what_is_wrong_is_told_at_the_field(visit, world, admin, guard):
    guard.allowed.append("status of 422")
    page = visit("/kullanicilar/davet", user=admin, proved=True)
    page.get_by_label("E-posta").fill(world.viewer.email)
    page.get_by_role("button", name="Daveti gönder").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Bu e-posta adresi zaten kayıtlı.").click()
    expect(page.get_by_label("E-posta")).to_be_focused()
    assert page.get_by_role("radio", name=re.compile("^Operatör")).is_checked()
    accessible(page)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_others_see_names(visit, world, admin, role):
    page = visit("/kullanicilar", user=getattr(world, role))
    expect(page.get_by_role("row").filter(has_text=admin.name)).to_be_visible()
    expect(page.get_by_role("link", name="Davet et")).to_be_disabled()
    accessible(page)


def test_a_link_that_is_over_says_so(visit, world, admin, guard):
    guard.allowed.append("status of 410")
    invitations.invite(by=Actor(world.firm, admin), email=EMAIL, role="viewer")
    invitations.cancel(by=Actor(world.firm, admin), invitation_id=Invitation.objects.get().pk)
    page = visit(f"/davet/{secret_of(OutgoingMail.objects.get())}")
    expect(page.get_by_role("heading", name="Davet iptal edilmiş")).to_be_visible()
    accessible(page)
