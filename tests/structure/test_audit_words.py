"""Every action of the audit trail has words, and the contract's names are used."""

import ast
from collections.abc import Iterator

import pytest

from tenants import audit_words
from tests.structure import source

# Contract #40, and those that other endpoints name.
CONTRACT = [
    "login",
    "login.failed",
    "logout",
    "user.registered",
    "user.invited",
    "user.deleted",
    "invitation.cancelled",
    "invitation.accepted",
    "kvkk.consented",
    "kvkk.revoked",
    "2fa.enabled",
    "2fa.disabled",
    "2fa.recovery_regenerated",
    "password.changed",
    "profile.updated",
    "token.created",
    "token.revoked",
    "sms.send",
    "sms.cancelled",
    "bulk.created",
    "bulk.cancelled",
    "contact.created",
    "contact.updated",
    "contact.deleted",
    "template.created",
    "template.updated",
    "template.deleted",
    "sender_id.created",
    "sender_id.deleted",
    "sender_id.approved",
    "sender_id.rejected",
    "sender_id.document_downloaded",
    "webhook.updated",
    "webhook.secret_regenerated",
    "webhook.tested",
    "balance_alert.updated",
    "balance_alert.tested",
    "balance.topup",
    "balance.adjusted",
    "tenant.dlr_changed",
    "tenant.gateway_changed",
    "tenant.acting_as_started",
    "tenant.acting_as_ended",
    "package.created",
    "package.updated",
    "package.deleted",
    "package.toggled",
    "failed_job.retried",
    "failed_job.forgotten",
]


@pytest.mark.parametrize("action", CONTRACT)
def test_the_contracts_actions_have_words(action):
    assert audit_words.sentence(action) != action


def test_every_action_in_the_code_has_words():
    found = {action: source.name(path) for path in source.code() for action in actions(path)}
    assert "balance.topup" in found  # given to a helper of its module
    assert "token.created" in found
    assert {action: where for action, where in found.items() if action not in audit_words.ACTIONS} == {}


def actions(path) -> Iterator[str]:
    """What is given as `action`, by its name or in its place, to the trail or to a function of this module."""
    places = {function.name: place(function) for function in source.functions(path)}
    for call in (node for node in ast.walk(source.tree(path)) if isinstance(node, ast.Call)):
        given = [word.value for word in call.keywords if word.arg == "action"]
        position = places.get(call.func.id) if isinstance(call.func, ast.Name) else None
        given += call.args[position : position + 1] if position is not None else []
        yield from (each.value for each in given if isinstance(each, ast.Constant))


def place(function: ast.FunctionDef) -> int | None:
    names = [argument.arg for argument in function.args.args]
    return names.index("action") if "action" in names else None


def test_an_action_without_words_is_shown_as_it_is():
    assert audit_words.sentence("moon.landed") == "moon.landed"
