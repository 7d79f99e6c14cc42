"""The product's settings, and beside it the bare view that it is held against. Never for production."""

from smsmerkezi.settings import *  # noqa: F403
from smsmerkezi.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
