"""What a fresh demo holds: two firms, four people and a super_admin, credit, senders, a road to the simulator."""

import io
import secrets
from typing import Any, NamedTuple

import pikepdf
from django.conf import settings
from django.db import transaction

from billing import ledger
from gateways import accounts
from gateways.models import GatewayAccount
from messaging.contacts import optouts
from messaging.contacts.models import OptOut
from messaging.senders import approval, permits
from messaging.senders.documents import Document
from messaging.senders.models import SenderId
from smsmerkezi.core import clock
from tenants import consent, tokens
from tenants.actors import Actor
from tenants.models import Tenant, User

OPTED_OUT = "05550009999"
ROADS = (  # slug, title, credentials, options; each vendor's account points at the simulator
    ("kobikom", "Kobikom", {"api_token": "demo"}, {"report_path": "/api/message/report"}),
    ("netgsm", "NetGSM", {"username": "8500000000", "password": "demo"}, {}),
    ("mock", "Deneme sağlayıcısı", {"token": "demo"}, {}),
)
QUIET = 3  # seconds; the simulator shows what it has at once


class Person(NamedTuple):
    key: str
    email: str
    name: str
    role: str


PEOPLE = (
    Person("admin", "yonetici@ornek.test", "Yönetici Örnek", User.Role.ADMIN),
    Person("operator", "operator@ornek.test", "Operatör Örnek", User.Role.OPERATOR),
    Person("viewer", "izleyici@ornek.test", "İzleyici Örnek", User.Role.VIEWER),
)


@transaction.atomic
def load() -> dict[str, dict[str, Any]]:
    """Write the demo's rows; the accounts of demo.json, passwords and tokens included."""
    staff = Person("super_admin", "platform@ornek.test", "Platform Örnek", User.Role.SUPER_ADMIN)
    made = {"super_admin": _person(None, staff)}
    reviewer = User.objects.get(email=staff.email)
    _roads()
    firm = _firm("Örnek Firma", "ornek-firma", credits=100_000, reviewer=reviewer)
    made |= {person.key: _person(firm, person) for person in PEOPLE}
    _application(Actor(firm, User.objects.get(email=PEOPLE[0].email)))
    other = _firm("Öteki Firma", "oteki-firma", credits=50, reviewer=reviewer)
    made["other_admin"] = _person(
        other, Person("other_admin", "yonetici@oteki.test", "Öteki Yönetici", User.Role.ADMIN)
    )
    optouts.add(by=Actor(firm), numbers=[OPTED_OUT], source=OptOut.Source.PANEL)
    return made


def repoint() -> None:
    """On a later start: the simulator may listen elsewhere."""
    slugs = [slug for slug, *_ in ROADS]
    GatewayAccount.objects.filter(slug__in=slugs).update(base_url=settings.SIMULATOR_URL)


def _roads() -> None:
    for slug, title, credentials, options in ROADS:
        GatewayAccount.objects.create(
            slug=slug,
            vendor=slug,
            title=title,
            base_url=settings.SIMULATOR_URL,
            credentials=credentials,
            options={"quiet": QUIET, **options},
            is_default=slug == "mock",
        )
    accounts.forget()


def _firm(name: str, slug: str, *, credits: int, reviewer: User) -> Tenant:
    firm = Tenant.objects.create(name=name, slug=slug, gateway="mock", default_originator="SMSMERKEZI")
    ledger.top_up(tenant=firm, credits=credits, reference=f"demo:{slug}", note="Deneme kredisi")
    sender = approval.apply_for(by=Actor(firm), label="SMSMERKEZI")
    approval.approve(by=Actor(None, reviewer), sender_id=sender.pk)
    return firm


def _application(by: Actor) -> None:
    """One that waits for a decision, with a document of an empty page."""
    page, file = pikepdf.new(), io.BytesIO()
    page.add_blank_page(page_size=(595, 842))  # A4 in points
    page.save(file)
    paper = Document("tescil.pdf", "pdf", file.getvalue())
    claim = permits.Claim(SenderId.Applicant.BRAND)
    approval.apply_for(by=by, label="ORNEKMARKA", document=paper, claim=claim)


def _person(firm: Tenant | None, person: Person) -> dict[str, Any]:
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user(
        person.email,
        password,
        name=person.name,
        role=person.role,
        tenant=firm,
        email_verified_at=clock.now(),
    )
    consent.give(by=Actor(firm, user))
    token = tokens.create(by=Actor(firm, user), name="Deneme", abilities=["*"])
    return {
        "email": person.email,
        "password": password,
        "token": token.plain_text,
        "tenant_id": firm.pk if firm else None,
    }
