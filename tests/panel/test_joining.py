"""Behind the link of an invitation: a form while it is good, a sentence once it is not."""

import pytest
from django.test import Client

from smsmerkezi import logs
from tenants import invitations
from tenants.actors import Actor
from tenants.models import Invitation, OutgoingMail, User
from tests.panel.conftest import page
from tests.tenants.test_invitations import grown, secret_of

EMAIL = "yeni@ornek.test"
GIVEN = {"name": "Yeni Kişi", "password": "yeterince-uzun-parola-1", "kvkk_consent": "on"}


@pytest.fixture
def by(world):
    return Actor(world.firm, world.admin)


@pytest.fixture
def path(by):
    invitations.invite(by=by, email=EMAIL, role="operator")
    return f"/davet/{secret_of(OutgoingMail.objects.get())}"


@pytest.fixture
def visitor():
    return Client()


class TestAGoodLink:
    def test_says_who_asks_for_what(self, world, visitor, path):
        shown = page(visitor.get(path))
        assert f"{world.firm.name} sizi Operatör olarak davet etti." in shown
        assert EMAIL in shown
        answer = visitor.get(path)
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "no-store")

    def test_makes_an_account(self, world, visitor, path):
        answer = visitor.post(path, GIVEN)
        assert "Hesabınız hazır" in page(answer)
        user = User.objects.get(email=EMAIL)
        assert (user.name, user.role, user.tenant, user.language) == (
            "Yeni Kişi", "operator", world.firm, "tr",
        )  # fmt: skip
        assert user.check_password(GIVEN["password"])

    def test_keeps_the_language_of_the_page(self, visitor, path):
        visitor.cookies["dil"] = "en"
        assert "Accept the invitation" in page(visitor.get(path))
        visitor.post(path, GIVEN)
        assert User.objects.get(email=EMAIL).language == "en"

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"name": ""}, "Adınızı yazın."),
            ({"name": "x" * 151}, "Ad en çok 150 karakter olabilir."),
            ({"password": ""}, "Parola en az 12 karakter"),
            ({"password": "yalnizharfler"}, "bir harf ve bir rakam"),
            ({"kvkk_consent": ""}, "okuyup onaylamalısınız."),
        ],
    )
    def test_says_what_is_missing_and_stays_good(self, visitor, path, changes, sentence):
        answer = visitor.post(path, {**GIVEN, **changes})
        assert answer.status_code == 422
        assert sentence in page(answer)
        assert not User.objects.filter(email=EMAIL).exists()
        assert visitor.post(path, GIVEN).status_code == 200

    def test_never_gives_a_password_back(self, visitor, path):
        assert GIVEN["password"] not in page(visitor.post(path, {**GIVEN, "name": ""}))

    def test_says_when_the_address_was_taken_in_the_meantime(self, world, visitor, path):
        User.objects.create_user(EMAIL, "x", name="Erken", tenant=world.firm)
        answer = visitor.post(path, GIVEN)
        assert answer.status_code == 422
        assert "zaten kayıtlı" in page(answer)

    def test_says_when_the_firm_is_suspended(self, world, visitor, path):
        world.firm.state = "suspended"
        world.firm.save()
        assert "hesap kapalı" in page(visitor.post(path, GIVEN))


class TestALinkThatIsNone:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("end", ["accepted", "cancelled", "expired"])
    def test_says_why(self, by, visitor, path, end, method):
        made = Invitation.objects.get()
        if end == "accepted":
            visitor.post(path, GIVEN)
        elif end == "cancelled":
            invitations.cancel(by=by, invitation_id=made.pk)
        else:
            grown(made, days=7)
        words = {"accepted": "kullanılmış", "cancelled": "iptal edilmiş", "expired": "süresi dolmuş"}
        answer = getattr(visitor, method)(path, {**GIVEN, "name": "Başkası"})
        assert answer.status_code == 410
        assert words[end] in page(answer)
        assert not User.objects.filter(name="Başkası").exists()

    @pytest.mark.parametrize("secret", ["x", "x" * 43, "ş", "%00", "a/b"])
    def test_is_not_found_where_nobody_sent_it(self, db, visitor, secret):
        assert visitor.get(f"/davet/{secret}").status_code == 404

    def test_reaches_no_log(self, path):
        secret = path.rpartition("/")[2]
        assert secret not in logs.blank(f"Not Found: {path}")
