"""Sign-up: a firm, its first admin, the privacy notice they acknowledged, a mail to prove their address; all or nothing."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from smsmerkezi import database, scope
from smsmerkezi.core import clock, phones
from smsmerkezi.core.errors import Busy, DomainError, Several
from tenants import audit, consent, links, login, names, password_rules, privacy
from tenants.actors import Actor
from tenants.login import Caller, Step
from tenants.models import MailRequest, Tenant, User

EMAIL = 254  # characters
ASCII = str.maketrans("ıİ", "iI")  # which Unicode does not take apart


class BadEmail(DomainError):
    code = "invalid-email"
    field = "email"

    def __init__(self) -> None:
        super().__init__("E-posta adresi geçersiz.")


class BadPhone(DomainError):
    code = "invalid-phone"
    field = "phone"

    def __init__(self) -> None:
        super().__init__("Telefon numarası geçersiz.")


class EmailKnown(DomainError):
    """Only for a door whose contract cannot keep quiet about it (docs/adr/0012)."""

    code = "email-known"
    field = "email"

    def __init__(self) -> None:
        super().__init__("Bu e-posta zaten kayıtlı.")


@dataclass(frozen=True, slots=True)
class Application:
    """`kvkk_consent`: the notice was read. `marketing_consent` is another question, and no is a good answer to it."""

    company_name: str
    name: str
    email: str
    password: str
    password_confirmation: str
    kvkk_consent: bool
    phone: str = ""
    marketing_consent: bool = False
    language: str = "tr"


@scope.platform_wide
@transaction.atomic
def apply(*, by: Actor, application: Application) -> None:
    """Sign up without telling whether the address was known: its owner is told by mail. Raises Several.

    A known address costs the same statements as a new one.
    """
    _refuse(_faults(application, password_rules.LENGTH))
    try:
        with transaction.atomic():
            _open(application, by)
    except EmailKnown:
        links.ask(kind=MailRequest.Kind.KNOWN, email=application.email)
        audit.record(by=by, action="user.registered_again")


@scope.platform_wide
@transaction.atomic
def register(*, caller: Caller, application: Application) -> Step:
    """Sign up and come in, with a session token named for the caller's device. Raises Several."""
    _refuse(_faults(application, password_rules.API_LENGTH))
    try:
        admin = _open(application, caller.as_person(None)).person
    except EmailKnown as known:
        raise Several([known]) from known
    return login.let_in(admin, caller)


def _refuse(faults: list[DomainError]) -> None:
    if faults:
        raise Several(faults)


def _faults(application: Application, minimum: int) -> list[DomainError]:
    """In the order of the form; what the rows and their constraints refuse comes later."""
    return [
        *([] if names.fits(application.company_name) else [names.BadCompanyName("company_name")]),
        *([] if names.fits(application.name) else [names.BadFullName()]),
        *_of_email(application.email),
        *password_rules.faults(application.password, application.password_confirmation, minimum=minimum),
        *_of_phone(application.phone),
        *([] if application.kvkk_consent else [privacy.ConsentMissing()]),
    ]


def _of_email(email: str) -> Iterator[DomainError]:
    try:
        validate_email(email.strip())
    except ValidationError:
        yield BadEmail()
    else:
        if len(email.strip()) > EMAIL:
            yield BadEmail()


def _of_phone(phone: str) -> Iterator[DomainError]:
    try:
        _e164(phone)
    except phones.InvalidNumber:
        yield BadPhone()


def _e164(phone: str) -> str:
    return phones.e164(phones.normalise(phone)) if phone.strip() else ""


def _open(application: Application, by: Actor) -> Actor:
    """The new admin, as whoever knocked. Raises EmailKnown."""
    firm = _firm(names.tidy(application.company_name))
    user = _person(firm, application, by.ip)
    links.ask(kind=MailRequest.Kind.VERIFY, email=user.email)
    admin = replace(by, firm=firm, user=user)
    meta = {"kvkk": consent.VERSION, "marketing": application.marketing_consent}
    audit.record(by=admin, action="user.registered", entity=user, meta=meta)
    return admin


def _firm(name: str) -> Tenant:
    """Under the first short name that nobody has."""
    for slug in _slugs(name):
        try:
            with transaction.atomic():
                return Tenant.objects.create(name=name, slug=slug)
        except IntegrityError:  # somebody was faster
            continue
    raise Busy


def _slugs(name: str) -> Iterator[str]:
    """`akin-tekstil`, then `akin-tekstil-2` and so on, then ones that nobody guesses."""
    base = slugify(name.translate(ASCII))[: names.LONGEST].strip("-") or "firma"
    tidy = [base, *(f"{base}-{n}" for n in range(2, 10))]
    taken = set(Tenant.objects.filter(slug__in=tidy).values_list("slug", flat=True))
    yield from [slug for slug in tidy if slug not in taken][:1]
    yield from (f"{base}-{secrets.token_hex(4)}" for _ in range(3))


def _person(firm: Tenant, application: Application, ip: str | None) -> User:
    now = clock.now()
    user = User(
        tenant=firm,
        email=application.email.strip(),
        name=names.tidy(application.name),
        phone=_e164(application.phone),
        role=User.Role.ADMIN,
        language=application.language,
        kvkk_consented_at=now,
        kvkk_version=consent.VERSION,
        kvkk_ip=ip,
        marketing_consented_at=now if application.marketing_consent else None,
    )
    user.set_password(application.password)
    try:
        user.save()
    except IntegrityError as error:  # ends the caller's transaction, which has nothing else to keep
        raise (EmailKnown() if database.constraint(error) == "user_email_unique" else error) from error
    return user
