"""A firm's groups as a list to choose from."""

from django.utils.functional import Promise

from messaging.contacts import groups
from tenants.models import Tenant

Choice = tuple[str, str | Promise]
INDENT = "\N{NO-BREAK SPACE}" * 3


def choices(firm: Tenant, first: str | Promise) -> list[Choice]:
    """The tree, below `first`, which stands for none."""
    nodes = groups.tree(firm)
    return [("", first), *((str(group.pk), INDENT * depth + group.name) for group, depth in nodes)]
