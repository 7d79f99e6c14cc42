import pytest


@pytest.fixture
def quick(settings):
    """For tests in which many people get a password that nobody types."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
