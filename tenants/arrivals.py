"""Somebody has logged in: if from a place that is new, they are told."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from smsmerkezi.core import networks
from tenants import notices
from tenants.actors import Actor
from tenants.models import KnownNetwork

NEIGHBOURHOOD = {4: 24, 6: 48}  # bits: about what one provider gives to one street, and to one customer
REMEMBERED = timedelta(days=180)

# True where the person never came from there.
MEET = """
INSERT INTO tenants_knownnetwork AS k (user_id, network, seen_at) VALUES (%s, %s, now())
ON CONFLICT (user_id, network) DO UPDATE SET seen_at = now()
RETURNING k.xmax = 0
"""


def note(*, by: Actor) -> None:
    """The acting person is in; call it in the log-in's transaction. The first place of all is where they started."""
    if by.ip is None:
        return
    network = networks.around(by.ip, NEIGHBOURHOOD)
    started = KnownNetwork.objects.filter(user=by.person).exists()
    with connection.cursor() as cursor:
        cursor.execute(MEET, [by.person.pk, network])
        new = cursor.fetchone()[0]
    if new and started:
        notices.notify(people=[by.person], kind="login_new_address", data={"ip": by.ip})


def prune() -> int:
    """Forget places that nobody came from for half a year; how many."""
    return KnownNetwork.objects.filter(seen_at__lt=Now() - REMEMBERED).delete()[0]
