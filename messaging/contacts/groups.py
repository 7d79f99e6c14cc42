"""Groups of contacts in a tree. Each holds people by itself; whoever asks for one gets those of the groups below it, too."""

from collections import defaultdict
from typing import NamedTuple

from django.db import transaction

from messaging.contacts import book
from messaging.contacts.models import Group
from smsmerkezi.core import folding, texts
from smsmerkezi.core.errors import DomainError, NotFound
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

NAME = 100  # characters
DEEPEST = 5  # levels
MOST = 500  # groups of a firm: all of them are one page


class BadGroupName(DomainError):
    code = "invalid-group-name"
    field = "name"

    def __init__(self) -> None:
        super().__init__(f"Grup adı 1 ile {NAME} karakter arasında olmalıdır.")


class GroupKnown(DomainError):
    code = "group-known"
    field = "name"

    def __init__(self) -> None:
        super().__init__("Burada bu adda bir grup zaten var.")


class BadParent(DomainError):
    """Not the firm's, itself or below itself, or too deep."""

    code = "invalid-parent"
    field = "parent"

    def __init__(self) -> None:
        super().__init__(f"Üst grup uygun değil: kendi altında olamaz, en çok {DEEPEST} düzey açılır.")


class TooManyGroups(DomainError):
    code = "too-many-groups"

    def __init__(self) -> None:
        super().__init__(f"En çok {MOST} grup açılabilir.")


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Grup bulunamadı.")


class Node(NamedTuple):
    """`depth` 0 is the top."""

    group: Group
    depth: int


def tree(firm: Tenant) -> list[Node]:
    """All of them by name, each followed by those below it."""
    below = defaultdict(list)
    for group in sorted(Group.objects.of(firm), key=lambda each: folding.fold(each.name)):
        below[group.parent_id].append(group)

    def walk(parent: int | None, depth: int) -> list[Node]:
        return [node for group in below[parent] for node in (Node(group, depth), *walk(group.pk, depth + 1))]

    return walk(None, 0)


def branch(firm: Tenant, group_id: int) -> list[int]:
    """A group and what is below it; nothing where the firm has no such group."""
    nodes = tree(firm)
    at = next((n for n, node in enumerate(nodes) if node.group.pk == group_id), len(nodes))
    found = nodes[at : at + 1]
    for node in nodes[at + 1 :]:
        if node.depth <= found[0].depth:
            break
        found.append(node)
    return [node.group.pk for node in found]


def find(*, by: Actor, group_id: int) -> Group:
    """Raises Forbidden, Unknown."""
    access.require(by, "contacts.read")
    return _found(by, group_id)


@transaction.atomic
def create(*, by: Actor, name: str, parent_id: int | None = None) -> Group:
    """Raises Forbidden, BadGroupName, GroupKnown, BadParent, TooManyGroups."""
    access.require(by, "contacts.write")
    nodes = _held(by)
    if len(nodes) >= MOST:
        raise TooManyGroups
    group = Group(tenant=by.tenant)
    _place(group, name, parent_id, nodes)
    audit.record(by=by, action="group.created", entity=group)
    return group


@transaction.atomic
def change(*, by: Actor, group_id: int, name: str, parent_id: int | None) -> Group:
    """Raises as `create`, and Unknown."""
    access.require(by, "contacts.write")
    nodes = _held(by)
    group = _found(by, group_id)
    _place(group, name, parent_id, nodes)
    audit.record(by=by, action="group.updated", entity=group)
    return group


@transaction.atomic
def remove(*, by: Actor, group_id: int) -> None:
    """With the groups below it; the people stay in the book. Raises Forbidden, Unknown."""
    access.require(by, "contacts.write")
    book.hold(by.tenant)
    _held(by)
    pk = _found(by, group_id).pk
    for each in reversed(branch(by.tenant, pk)):
        Group.objects.of(by.tenant).filter(pk=each).delete()
    audit.record(by=by, action="group.deleted", entity_type="Group", entity_id=pk)


def _found(by: Actor, group_id: int) -> Group:
    group = Group.objects.of(by.tenant).filter(pk=group_id).first()
    if group is None:
        raise Unknown
    return group


def _held(by: Actor) -> list[Node]:
    """The tree, which nobody else changes meanwhile: two moves at once could make a circle."""
    Tenant.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=by.tenant.pk)
    return tree(by.tenant)


def _place(group: Group, raw: str, parent_id: int | None, nodes: list[Node]) -> None:
    name = " ".join(raw.split())
    if not 0 < len(name) <= NAME or not texts.storable(name):
        raise BadGroupName
    if any(
        each.group.name == name and each.group.parent_id == parent_id and each.group.pk != group.pk
        for each in nodes
    ):
        raise GroupKnown
    if parent_id is not None:
        _fit(group, parent_id, nodes)
    group.name, group.parent_id = name, parent_id
    group.save(update_fields=["name", "parent"] if group.pk else None)  # its counts are the database's


def _fit(group: Group, parent_id: int, nodes: list[Node]) -> None:
    """Raises BadParent where the branch would hang below itself, or too deep."""
    depths = {node.group.pk: node.depth for node in nodes}
    moved = branch(group.tenant, group.pk) if group.pk else []
    height = max((depths[pk] for pk in moved), default=0) - depths.get(group.pk, 0)
    if parent_id not in depths or parent_id in moved or depths[parent_id] + 1 + height >= DEEPEST:
        raise BadParent
