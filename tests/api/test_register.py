"""#27 besides the contract's own examples."""

import pytest
from django.core import mail as outbox

from tenants.models import ApiToken, AuditEntry, Tenant, User
from tests import factories, mailbox
from tests.api import doors
from tests.api.test_auth_doors import is_invalid

PATH = "/v1/auth/register"
pytestmark = pytest.mark.django_db


def body(**changes):
    fields = {
        "company_name": "Akin Tekstil A.S.",
        "name": "Ali Akin",
        "email": "ali@akintekstil.test",
        "password": "Parola26x",
        "password_confirmation": "Parola26x",
        "kvkk_consent": True,
    }
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def post(**changes):
    return doors.Door().post(PATH, body(**changes))


def test_whoever_signed_up_is_in():
    token = post().json()["data"]["token"]
    door = doors.Door(token)
    assert door.get("/v1/balance").json() == {"balance": 0, "reserved": 0, "available": 0, "currency": "sms"}
    assert [each["name"] for each in door.get("/v1/tokens").json()["data"]] == ["mobile"]


def test_the_address_is_written_to_and_the_trail_knows():
    assert post(phone="0555 123 45 67").status_code == 201
    user = User.objects.get(email="ali@akintekstil.test")
    assert user.phone == "+905551234567"
    assert mailbox.received(user.email) == ["E-posta adresinizi doğrulayın"]
    entry = AuditEntry.objects.of(user.tenant).get(action="user.registered")
    assert (entry.ip, entry.user_id) == ("127.0.0.1", user.pk)


@pytest.mark.parametrize(
    "field", ["company_name", "name", "email", "password", "password_confirmation", "kvkk_consent"]
)
@pytest.mark.parametrize("value", [..., None, 7, [], {}])
def test_a_field_that_is_missing_or_no_text_is_named(field, value):
    is_invalid(post(**{field: value}), field)
    assert not Tenant.objects.exists()


def test_every_missing_field_is_named_at_once():
    answer = doors.Door().post(PATH, {})
    is_invalid(answer, "company_name", "name", "email", "password", "password_confirmation", "kvkk_consent")


@pytest.mark.parametrize("said", [False, "true", 1, "yes"])
def test_only_true_is_consent(said):
    errors = is_invalid(post(kvkk_consent=said), "kvkk_consent")
    assert errors["kvkk_consent"] == ["KVKK aydinlatma metnini onaylamaniz gerekir."]


def test_what_is_wrong_is_told_in_the_order_of_the_form():
    answer = post(company_name=" ", email="ali", phone="12", password="a", password_confirmation="a")
    is_invalid(answer, "company_name", "email", "password", "phone")


@pytest.mark.parametrize("phone", [None, "", ...])
def test_a_phone_is_optional(phone):
    assert post(phone=phone).status_code == 201


def test_nobody_makes_themselves_more_than_an_admin_of_a_new_firm():
    victim = factories.tenant(credits=0, sender="")
    sent = {
        "role": "super_admin",
        "is_staff": True,
        "tenant_id": victim.pk,
        "balance": 1000,
        "slug": victim.slug,
    }
    answer = post(**sent, email_verified_at="2026-01-01T00:00:00Z", is_active=False)
    user = User.objects.get(pk=answer.json()["data"]["user"]["id"])
    assert (user.role, user.is_active, user.email_verified_at) == ("admin", True, None)
    assert user.tenant_id != victim.pk
    assert doors.Door(answer.json()["data"]["token"]).get("/v1/balance").json()["balance"] == 0


def test_a_known_address_gets_no_token_and_its_owner_no_mail():
    """The owner hears of it at the panel's door; here whoever asks is told at once (docs/adr/0012)."""
    known = factories.user(factories.tenant(credits=0, sender=""))
    is_invalid(post(email=known.email.upper()), "email")
    assert not ApiToken.objects.exists()
    mailbox.work()
    assert outbox.outbox == []


@pytest.mark.parametrize("password", ["cok-gizli", "|]|{+-"])
def test_no_answer_repeats_a_password(password):
    answer = post(password=password, password_confirmation="baska-gizli")
    assert answer.status_code == 422
    assert password not in answer.content.decode()
    assert "gizli" not in answer.content.decode()


def test_a_device_name_that_is_too_long_is_named():
    is_invalid(post(device_name="x" * 65), "device_name")
