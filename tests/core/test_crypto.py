import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import crypto

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_comes_back(text):
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_the_stored_form_holds_nothing_of_the_secret_and_differs_each_time():
    tokens = {crypto.encrypt("kanarya") for _ in range(3)}

    assert len(tokens) == 3
    assert not any("kanarya" in token for token in tokens)


def test_an_old_key_still_opens_and_the_newest_writes(settings):
    settings.SECRETS_KEYS = [OLD]
    written = crypto.encrypt("x")
    settings.SECRETS_KEYS = [NEW, OLD]

    assert crypto.decrypt(written) == "x"
    rewritten = crypto.encrypt("x")
    settings.SECRETS_KEYS = [NEW]
    assert crypto.decrypt(rewritten) == "x"


@pytest.mark.parametrize(
    "damage", [lambda token: token[:-5], lambda token: "", lambda token: token.swapcase()]
)
def test_what_no_key_opens_is_said_without_the_content(settings, damage):
    settings.SECRETS_KEYS = [OLD]
    token = crypto.encrypt("kanarya")

    with pytest.raises(crypto.Undecryptable) as refusal:
        crypto.decrypt(damage(token))
    assert "kanarya" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_key_that_was_taken_away_opens_nothing(settings):
    settings.SECRETS_KEYS = [OLD]
    written = crypto.encrypt("x")
    settings.SECRETS_KEYS = [NEW]

    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(written)
