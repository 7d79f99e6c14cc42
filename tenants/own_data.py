"""All that is kept about a person, for themselves (KVKK art. 11): a dictionary that JSON can hold, without secrets."""

from datetime import datetime
from typing import Any

from smsmerkezi.core import clock
from tenants import access, sessions
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, Notification, OutgoingMail, PanelSession, User

ACTIONS = 10_000  # the newest ones; a person who sends all day has more


def collect(*, by: Actor) -> dict[str, Any]:
    """The acting person's own. Raises Forbidden."""
    access.require(by, "settings.own")
    user = User.objects.select_related("tenant").get(pk=by.person.pk)
    return {
        "made_at": clock.iso_utc(clock.now()),
        "account": _account(user),
        "privacy_notice": _consent(user),
        "sessions": [_session(row) for row in sessions.of_person(user)],
        "api_keys": [_key(row) for row in user.tokens.order_by("pk")],
        "notifications": [_notification(row) for row in user.notifications.order_by("pk")],
        "mails": [_mail(row) for row in OutgoingMail.objects.filter(to__iexact=user.email).order_by("pk")],
        "actions": _actions(user),
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "email_verified_at": _at(user.email_verified_at),
        "phone": user.phone,
        "role": user.role,
        "firm": user.tenant.name if user.tenant else None,
        "language": user.language,
        "theme": user.theme,
        "created_at": _at(user.created_at),
        "last_login": _at(user.last_login),
    }


def _consent(user: User) -> dict[str, Any]:
    return {
        "version": user.kvkk_version,
        "consented_at": _at(user.kvkk_consented_at),
        "ip": user.kvkk_ip,
        "withdrawn_at": _at(user.kvkk_revoked_at),
        "marketing_consented_at": _at(user.marketing_consented_at),
    }


def _session(row: PanelSession) -> dict[str, Any]:
    seen = {"opened_at": _at(row.created_at), "seen_at": _at(row.seen_at)}
    return {**seen, "ip": row.ip, "browser": row.user_agent}


def _key(row: ApiToken) -> dict[str, Any]:
    used = {"last_used_at": _at(row.last_used_at), "last_used_ip": row.last_used_ip}
    return {"name": row.name, "abilities": row.abilities, "created_at": _at(row.created_at), **used}


def _notification(row: Notification) -> dict[str, Any]:
    times = {"created_at": _at(row.created_at), "read_at": _at(row.read_at)}
    return {"title": row.title, "body": row.body, **times}


def _mail(row: OutgoingMail) -> dict[str, Any]:
    times = {"created_at": _at(row.created_at), "sent_at": _at(row.sent_at)}
    return {"kind": row.template, "state": row.state, **times}


def _actions(user: User) -> list[dict[str, Any]]:
    """What the audit trail says this person did, the newest first."""
    trail = AuditEntry.objects.of(user.tenant) if user.tenant else AuditEntry.objects.filter(tenant=None)
    mine = trail.filter(user_id=user.pk).order_by("-pk")[:ACTIONS]
    return [
        {"at": _at(row.created_at), "action": row.action, "ip": row.ip, "browser": row.user_agent}
        for row in mine
    ]


def _at(moment: datetime | None) -> str | None:
    return clock.iso_utc(moment) if moment else None
