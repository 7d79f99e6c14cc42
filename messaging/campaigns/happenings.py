"""What happened to a campaign, in its order, for whoever looks at it."""

from collections.abc import Sequence

from messaging.campaigns.models import Campaign, Happening

SHOWN = 50  # lines: somebody may pause and resume all day
Kind = Happening.Kind


def note(campaign: Campaign, kind: str, *, user_id: int | None = None) -> None:
    """In the transaction of what happened."""
    Happening.objects.create(
        tenant_id=campaign.tenant_id, campaign_id=campaign.pk, kind=kind, user_id=user_id
    )


def of(campaign: Campaign) -> Sequence[Happening]:
    """The newest of them, oldest first."""
    return list(Happening.objects.filter(campaign=campaign).order_by("-id")[:SHOWN])[::-1]
