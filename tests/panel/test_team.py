"""Kullanıcılar: who is there, who is asked, and what an administrator can do about both; nobody else anything."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smsmerkezi.core import clock
from tenants import invitations
from tenants.actors import Actor
from tenants.models import Authenticator, Invitation, OutgoingMail, User
from tests import factories
from tests.panel.conftest import entered, page, proved
from tests.proofs import prove

pytestmark = pytest.mark.usefixtures("step_up_page")
EMAIL = "yeni@ornek.test"
LIST = "/kullanicilar"
INVITE = "/kullanicilar/davet"


@pytest.fixture
def admin(world):
    return proved(world.admin)


@pytest.fixture
def invitation(world):
    by = Actor(world.firm, world.admin)
    return invitations.invite(by=by, email=EMAIL, role="viewer")


def age(invitation, **ago):
    moved = timedelta(**ago)
    Invitation.objects.update(expires_at=invitation.expires_at - moved, sent_at=invitation.sent_at - moved)


class TestTheList:
    def test_has_name_role_second_factor_and_last_log_in(self, world, admin):
        Authenticator.objects.create(
            user=world.operator, secret="x", confirmed=True, confirmed_at=clock.now()
        )
        User.objects.filter(pk=world.viewer.pk).update(last_login=factories.moment("2026-11-22T11:59Z"))
        shown = page(admin.get(LIST))
        for person in (world.admin, world.operator, world.viewer):
            assert person.name in shown
            assert person.email in shown
        assert "22.11.2026 14:59" in shown
        assert (shown.count(">Var</span>"), shown.count(">Yok</span>")) == (1, 2)

    def test_offers_nothing_against_oneself(self, world, admin):
        shown = page(admin.get(LIST))
        assert f"{LIST}/{world.operator.pk}/cikar" in shown
        assert f"{LIST}/{world.admin.pk}/cikar" not in shown
        assert f"{LIST}/{world.admin.pk}/rol" not in shown

    def test_says_so_when_nobody_is_asked(self, admin):
        assert "Bekleyen davet yok" in page(admin.get(LIST))

    def test_shows_who_is_asked_until_when_and_what_can_be_done(self, admin, invitation):
        shown = page(admin.get(LIST))
        assert EMAIL in shown
        assert "Bekliyor" in shown
        assert f"{INVITE}/{invitation.pk}/gonder" in shown
        assert f"{INVITE}/{invitation.pk}/iptal" in shown

    def test_shows_who_did_not_come_in_time(self, admin, invitation):
        age(invitation, days=8)
        shown = page(admin.get(LIST))
        assert "Süresi doldu" in shown
        assert f"{INVITE}/{invitation.pk}/iptal" not in shown

    def test_asks_as_often_for_many_as_for_few(self, world, admin, invitation):
        few = queries_of(admin)
        for n in range(3):
            factories.user(world.firm)
            invitations.invite(by=Actor(world.firm, world.admin), email=f"{n}@ornek.test", role="viewer")
        assert queries_of(admin) == few

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_shows_others_names_and_roles_only(self, world, invitation, role):
        shown = page(entered(getattr(world, role)).get(LIST))
        assert world.admin.name in shown
        assert world.admin.email not in shown
        assert EMAIL not in shown
        assert "/cikar" not in shown
        assert 'aria-disabled="true"' in shown

    def test_has_no_stranger(self, world, stranger):
        assert world.admin.name not in page(prove(stranger).get(LIST))


def queries_of(client):
    with CaptureQueriesContext(connection) as seen:
        client.get(LIST)
    return len(seen)


class TestInviting:
    def test_names_each_role_with_its_meaning(self, admin):
        shown = page(admin.get(INVITE))
        for words in (
            "İzleyici",
            "gönderim yapmaz",
            "Operatör",
            "SMS gönderir",
            "Yönetici",
            "firma ayarlarını",
        ):
            assert words in shown

    def test_sends_a_mail_and_leads_back(self, world, admin):
        answer = admin.post(INVITE, {"email": EMAIL, "role": "operator"})
        assert (answer.status_code, answer["Location"]) == (302, LIST)
        made = Invitation.objects.get()
        assert (made.tenant, made.role, made.invited_by) == (world.firm, "operator", world.admin)
        assert OutgoingMail.objects.get().to == EMAIL
        assert "Davet gönderildi." in page(admin.get(LIST))

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"email": "", "role": "viewer"}, "E-posta adresini yazın."),
            ({"email": "x", "role": "viewer"}, "E-posta adresi geçersiz."),
            ({"email": EMAIL}, "Bir rol seçin."),
            ({"email": EMAIL, "role": "super_admin"}, "Bir rol seçin."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, admin, fields, sentence):
        answer = admin.post(INVITE, fields)
        assert answer.status_code == 422
        assert sentence in page(answer)
        assert not Invitation.objects.exists()

    def test_of_somebody_known_or_asked_is_refused_at_the_field(self, world, admin, invitation):
        for email, sentence in ((world.viewer.email, "zaten kayıtlı"), (EMAIL, "bekleyen bir davet")):
            answer = admin.post(INVITE, {"email": email, "role": "viewer"})
            assert answer.status_code == 422
            assert sentence in page(answer)
            assert 'aria-invalid="true"' in page(answer)


class TestAnInvitation:
    def test_is_sent_again(self, admin, invitation):
        age(invitation, minutes=2)
        answer = admin.post(f"{INVITE}/{invitation.pk}/gonder", follow=True)
        assert "Davet yeniden gönderildi." in page(answer)
        assert OutgoingMail.objects.count() == 2

    def test_is_not_sent_again_at_once(self, admin, invitation):
        answer = admin.post(f"{INVITE}/{invitation.pk}/gonder", follow=True)
        assert "Çok fazla davet iletisi gönderildi." in page(answer)
        assert OutgoingMail.objects.count() == 1

    def test_is_cancelled_after_a_question(self, admin, invitation):
        path = f"{INVITE}/{invitation.pk}/iptal"
        assert EMAIL in page(admin.get(path))
        assert Invitation.objects.get().cancelled_at is None
        assert admin.post(path)["Location"] == LIST
        assert Invitation.objects.get().cancelled_at is not None

    def test_that_is_over_says_so(self, admin, invitation):
        path = f"{INVITE}/{invitation.pk}/iptal"
        admin.post(path)
        answer = admin.post(path)
        assert answer.status_code == 422
        assert "artık geçerli değil" in page(answer)


class TestAPerson:
    def test_gets_another_role(self, world, admin):
        path = f"{LIST}/{world.viewer.pk}/rol"
        assert 'value="viewer"' in page(admin.get(path)).split("checked")[0].rpartition("<input")[2]
        assert admin.post(path, {"role": "operator"})["Location"] == LIST
        assert User.objects.get(pk=world.viewer.pk).role == "operator"

    def test_is_removed_after_a_question_that_names_them(self, world, admin):
        path = f"{LIST}/{world.viewer.pk}/cikar"
        shown = page(admin.get(path))
        assert world.viewer.name in shown
        assert world.viewer.email in shown
        assert User.objects.get(pk=world.viewer.pk).is_active
        assert admin.post(path)["Location"] == LIST
        assert User.objects.get(pk=world.viewer.pk).deleted_at is not None
        shown = page(admin.get(LIST))
        assert "Kullanıcı firmadan çıkarıldı." in shown
        assert world.viewer.email not in shown

    def test_whose_browser_is_open_is_out_at_once(self, world, admin):
        theirs = entered(world.viewer)
        assert theirs.get("/mesajlar").status_code == 200
        admin.post(f"{LIST}/{world.viewer.pk}/cikar")
        assert theirs.get("/mesajlar")["Location"].startswith("/giris")

    @pytest.mark.parametrize(("verb", "fields"), [("cikar", {}), ("rol", {"role": "viewer"})])
    def test_cannot_do_it_to_themselves(self, world, admin, verb, fields):
        answer = admin.post(f"{LIST}/{world.admin.pk}/{verb}", fields)
        assert answer.status_code == 422
        assert "kendi hesabınızda yapamazsınız" in page(answer)
        assert User.objects.get(pk=world.admin.pk).role == "admin"

    def test_keeps_their_name_on_what_they_sent(self, world, admin):
        message = factories.sent(world.firm, by=Actor(world.firm, world.operator))
        admin.post(f"{LIST}/{world.operator.pk}/cikar")
        assert world.operator.name in page(admin.get(f"/mesajlar/{message.pk}"))


ROWS = [
    ("get", "{LIST}/{person}/rol"), ("post", "{LIST}/{person}/rol"), ("get", "{LIST}/{person}/cikar"),
    ("post", "{LIST}/{person}/cikar"), ("get", "{LIST}/davet/{asked}/iptal"),
    ("post", "{LIST}/davet/{asked}/iptal"), ("post", "{LIST}/davet/{asked}/gonder"),
]  # fmt: skip


def filled(path, world, invitation):
    return path.format(LIST=LIST, person=world.viewer.pk, asked=invitation.pk)


class TestTheDoor:
    @pytest.mark.parametrize(("method", "path"), ROWS)
    def test_is_closed_to_another_firms_administrator(self, world, invitation, stranger, method, path):
        answer = getattr(prove(stranger), method)(filled(path, world, invitation), {"role": "viewer"})
        assert answer.status_code == 404
        assert User.objects.get(pk=world.viewer.pk).is_active
        assert Invitation.objects.get().cancelled_at is None

    @pytest.mark.parametrize(("method", "path"), [*ROWS, ("get", INVITE), ("post", INVITE)])
    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_is_closed_to_other_roles(self, world, invitation, role, method, path):
        client = proved(getattr(world, role))
        assert getattr(client, method)(filled(path, world, invitation)).status_code == 403

    @pytest.mark.parametrize(("method", "path"), [*ROWS, ("get", INVITE), ("post", INVITE), ("get", LIST)])
    def test_asks_for_a_fresh_proof(self, world, invitation, step_up_page, method, path):
        late = prove(entered(world.admin), ago=601)
        answer = getattr(late, method)(filled(path, world, invitation), {"role": "viewer"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{step_up_page}?sonra=%2Fkullanicilar")
        assert User.objects.get(pk=world.viewer.pk).role == "viewer"
        assert Invitation.objects.get().cancelled_at is None

    def test_leads_back_to_the_list_after_a_late_click_on_send_again(self, world, invitation, step_up_page):
        late = prove(entered(world.admin), ago=601)
        answer = late.post(f"{INVITE}/{invitation.pk}/gonder")
        assert answer["Location"] == f"{step_up_page}?sonra=%2Fkullanicilar"

    @pytest.mark.parametrize("raw", ["abc", "0", "9" * 30, "-1", "٣"])
    def test_knows_no_id_that_is_none(self, admin, raw):
        assert admin.get(f"{LIST}/{raw}/rol").status_code == 404
        assert admin.post(f"{INVITE}/{raw}/gonder").status_code == 404
