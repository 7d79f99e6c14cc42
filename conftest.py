"""Loaded before every other conftest, so that servers run before anything reads Django's settings."""

pytest_plugins = ["tests.plugins.servers"]
