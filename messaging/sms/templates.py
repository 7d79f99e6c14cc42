"""Templates: texts with `{{name}}` in them. The placeholder is ours; no tenant's text is ever run (security §5.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from gateways import segments
from messaging.sms.models import Template
from smsmerkezi import database
from smsmerkezi.core import changes, folding, texts
from smsmerkezi.core.errors import DomainError, NotFound, Several
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")  # contract #69
NAME, BODY = 100, 1530  # characters (contract #69)
ENCODINGS = ("gsm7", "ucs2")
MOST = 1000  # of one firm; a list that is counted and searched whole must have an end


class BadName(DomainError):
    code = "invalid-template-name"
    field = "name"

    def __init__(self) -> None:
        super().__init__(f"Şablon adı 1 ile {NAME} karakter arasında olmalıdır.")


class BadText(DomainError):
    code = "invalid-template-body"
    field = "body"

    def __init__(self) -> None:
        super().__init__(f"Şablon metni 1 ile {BODY} karakter arasında olmalıdır.")


class NameKnown(DomainError):
    code = "template-known"
    field = "name"

    def __init__(self) -> None:
        super().__init__("Bu adla bir şablonunuz zaten var.")


class TooMany(DomainError):
    code = "too-many-templates"

    def __init__(self) -> None:
        super().__init__(f"En çok {MOST} şablonunuz olabilir.")


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Sablon bulunamadi.")  # contract #70


@dataclass(frozen=True, slots=True)
class Details:
    name: str
    body: str
    is_active: bool = True


def of(firm: Tenant, *, search: str = "") -> QuerySet[Template]:
    """A firm's templates in whose name or text all of the words stand, in any case and spelling."""
    rows = Template.objects.of(firm)
    for word in folding.words(search):
        rows = rows.filter(folded__contains=word)
    return rows


def counts(firm: Tenant) -> dict[str, int]:
    """total, active and inactive; of at most MOST rows."""
    found = Template.objects.of(firm).aggregate(
        total=Count("pk"), active=Count("pk", filter=Q(is_active=True))
    )
    return {**found, "inactive": found["total"] - found["active"]}


def find(*, by: Actor, template_id: int) -> Template:
    """Raises Forbidden, Unknown."""
    access.require(by, "templates.read")
    return _found(Template.objects.of(by.tenant), template_id)


@transaction.atomic
def create(*, by: Actor, details: Details) -> Template:
    """Raises Forbidden, Several, NameKnown, TooMany."""
    access.require(by, "templates.write")
    template = Template(tenant=by.tenant, **_checked(details))
    if Template.objects.of(by.tenant).count() >= MOST:
        raise TooMany
    _save(template)
    audit.record(by=by, action="template.created", entity=template)
    return template


@transaction.atomic
def change(*, by: Actor, template_id: int, details: Details) -> Template:
    """Raises Forbidden, Unknown, Several, NameKnown."""
    access.require(by, "templates.write")
    template = _found(Template.objects.of(by.tenant).select_for_update(no_key=True), template_id)
    wanted = _checked(details)
    changed = changes.between(template, wanted)
    for name, value in wanted.items():
        setattr(template, name, value)
    if changed:
        _save(template)
        changed.pop("folded", None)
        told = changes.masked(changed, "body")  # texts stay out of the trail
        audit.record(by=by, action="template.updated", entity=template, changes=told)
    return template


@transaction.atomic
def remove(*, by: Actor, template_id: int) -> None:
    """Messages that were written with it stay as they are. Raises Forbidden, Unknown."""
    access.require(by, "templates.write")
    template = _found(Template.objects.of(by.tenant).select_for_update(no_key=True), template_id)
    pk = template.pk
    template.delete()
    audit.record(by=by, action="template.deleted", entity_type="Template", entity_id=pk)


def variables(body: str) -> list[str]:
    """The different placeholders, in the order in which they appear."""
    return list(dict.fromkeys(VARIABLE.findall(body)))


def filled(body: str, values: Mapping[str, str]) -> str:
    """The text for one recipient; what nothing is known of is left empty."""
    return VARIABLE.sub(lambda found: values.get(found[1], ""), body)


def encoding(body: str) -> str:
    """`gsm7` or `ucs2`, of the text as it stands: what is filled in may need more."""
    return segments.v1_name(segments.count(body).encoding).lower()


def _found(rows: QuerySet[Template], template_id: int) -> Template:
    template = rows.filter(pk=template_id).first()
    if template is None:
        raise Unknown
    return template


def _checked(details: Details) -> dict[str, str | bool]:
    name, faults = " ".join(details.name.split()), list[DomainError]()
    if not 1 <= len(name) <= NAME or not texts.storable(name):
        faults.append(BadName())
    if not details.body.strip() or len(details.body) > BODY or not texts.storable(details.body):
        faults.append(BadText())
    if faults:
        raise Several(faults)
    folded = folding.fold(f"{name} {details.body}")
    return {"name": name, "body": details.body, "is_active": details.is_active, "folded": folded}


def _save(template: Template) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        if database.constraint(error) == "template_name_once":
            raise NameKnown from error
        raise
