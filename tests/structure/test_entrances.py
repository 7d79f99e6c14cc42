"""Every way in is known, and none goes round consent and the second factor (security §5.1: 2FA bypass)."""

import re

from tests.structure import source

SESSIONS = {"smsmerkezi/panel/entrance.py"}  # may make a browser's session
TOKENS = {"tenants/login.py"}  # may make a session token
PASSWORDS = {"tenants/login.py", "tenants/proof.py"}  # may look at a password


def users(pattern: str) -> set[str]:
    found = re.compile(pattern)
    return {source.name(path) for path in source.code() if found.search(path.read_text(encoding="utf-8"))}


def test_a_session_begins_in_one_place():
    assert users(r"\b(?:auth\.login|auth_login|force_login)\(") == SESSIONS


def test_a_session_token_is_made_by_the_log_in_alone():
    assert users(r"tokens\.open_session\(") == TOKENS


def test_a_password_is_looked_at_where_guesses_are_counted():
    assert users(r"(?<!proof)\.check_password\(|\bauthenticate\(request") == PASSWORDS


def test_codes_are_looked_at_through_the_locking_helper_alone():
    assert users(r"django_otp\.verify_token\(") == {"tenants/second_factor.py"}
    assert users(r"(?<!django_otp)\.verify_token\(") == set()
