"""A campaign before it is sent. What is done to a draft concerns nobody else, so the trail begins when it is launched."""

from typing import Any

from django.db import transaction

from messaging.campaigns.models import Campaign
from messaging.files import vault
from smsmerkezi.core import texts
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access
from tenants.actors import Actor

NAME = 120  # characters (contract #80)


class Unknown(NotFound):
    """Contract #81."""

    def __init__(self) -> None:
        super().__init__("Kampanya bulunamadi.")


class BadName(DomainError):
    code = "invalid-campaign-name"
    field = "name"

    def __init__(self) -> None:
        super().__init__(f"Ad 1 ile {NAME} karakter arasında olmalıdır.")


class Launched(Conflict):
    def __init__(self) -> None:
        super().__init__("Kampanya gönderime verildi; artık değiştirilemez.")


class NotReady(Conflict):
    """The list is not checked, or its price is not known (any more)."""

    code = "campaign-not-ready"

    def __init__(self) -> None:
        super().__init__("Liste denetlenmeden veya fiyat hesaplanmadan gönderilemez.")


def find(*, by: Actor, campaign_id: int) -> Campaign:
    """Raises Forbidden, Unknown."""
    access.require(by, "bulk.read")
    found = Campaign.objects.of(by.tenant).select_related("message", "job").filter(pk=campaign_id).first()
    if found is None:
        raise Unknown
    return found


def held(*, by: Actor, campaign_id: int) -> Campaign:
    """Locked, for a verb. Raises Forbidden, Unknown."""
    access.require(by, "bulk.write")
    rows = Campaign.objects.of(by.tenant).select_for_update(no_key=True)
    found = rows.filter(pk=campaign_id).first()
    if found is None:
        raise Unknown
    return found


def draft(*, by: Actor, campaign_id: int) -> Campaign:
    """As `held`. Raises Launched as well."""
    found = held(by=by, campaign_id=campaign_id)
    if found.stage == Campaign.Stage.LAUNCHED:
        raise Launched
    return found


def create(*, by: Actor, name: str, **fields: Any) -> Campaign:
    """Raises Forbidden, BadName."""
    access.require(by, "bulk.write")
    return Campaign.objects.create(tenant=by.tenant, user_id=by.user_id, name=_named(name), **fields)


@transaction.atomic
def rename(*, by: Actor, campaign_id: int, name: str) -> Campaign:
    campaign = draft(by=by, campaign_id=campaign_id)
    campaign.name = _named(name)
    campaign.save(update_fields=["name"])
    return campaign


@transaction.atomic
def remove(*, by: Actor, campaign_id: int) -> None:
    """A draft, with its files. Raises Launched."""
    campaign = draft(by=by, campaign_id=campaign_id)
    shared = Campaign.objects.filter(file=campaign.file_id).exclude(pk=campaign.pk).exists()  # by a copy
    own = (None if shared else campaign.file, campaign.kept, campaign.excluded)
    campaign.delete()
    for each in filter(None, own):
        vault.remove(each)


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= NAME or not texts.storable(plain):
        raise BadName
    return plain
