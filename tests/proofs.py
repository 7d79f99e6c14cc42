"""Browsers of people who have just shown who they are, for pages that ask for it."""

import time

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from smsmerkezi.panel import step_up


@pytest.fixture
def step_up_page(settings):
    """Its address, also while it is not built yet."""
    try:
        return reverse("panel-step-up")
    except NoReverseMatch:
        settings.ROOT_URLCONF = "tests.step_up_urls"
        return reverse("panel-step-up")


def prove(client: Client, *, ago: float = 0) -> Client:
    """As if the last password had been typed so many seconds ago."""
    session = client.session
    session[step_up.PROVED] = time.time() - ago
    session.save()
    return client
