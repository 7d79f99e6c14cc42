"""Everybody who may knock, each with a session and a token, and a firm with two messages."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client

from messaging.sms.models import Message
from smsmerkezi import permissions
from smsmerkezi.core import clock
from smsmerkezi.panel import acting as session
from smsmerkezi.panel import step_up
from tenants import access, acting
from tenants.models import Tenant
from tests import factories, switching
from tests.api.doors import Door


@dataclass(frozen=True)
class World:
    """`other` is a firm that nobody here belongs to; `tokens` and `sessions` are by the one who holds them."""

    firm: Tenant
    other: Tenant
    message: Message
    scheduled: Message
    tokens: dict[str, Door]
    sessions: dict[str, str]

    def browser(self, who: str) -> Client:
        """A new window of that session."""
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def made() -> World:
    factories.gateway(default=True)
    firm, other = factories.tenant(), factories.tenant(credits=0, sender="")
    people = {
        role: factories.user(firm, role=role) for role in permissions.ROLES if role != access.SUPER_ADMIN
    }
    people[access.SUPER_ADMIN] = factories.reviewer()
    doors = {role: Door(switching.session_token(person)) for role, person in people.items()}
    sessions = {role: logged_in(person) for role, person in people.items()}
    return World(
        firm,
        other,
        message=factories.sent(firm),
        scheduled=factories.sent(firm, scheduled_at=clock.now() + timedelta(hours=1)),
        tokens=doors | {permissions.ACTING: switching.acting_door(firm)},
        sessions=sessions | {permissions.ACTING: logged_in(factories.reviewer(), acts_for=firm)},
    )


def logged_in(person: object, *, acts_for: Tenant | None = None) -> str:
    """The key of a session whose owner has just shown a password."""
    client = Client()
    client.force_login(person)
    kept = client.session
    kept[step_up.PROVED] = time.time()
    if acts_for:
        kept[session.KEY] = {
            "tenant": acts_for.pk,
            "until": (clock.now() + acting.PERIOD).timestamp(),
        }
    kept.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value
