"""Telling customers: the place of signed, retried events."""
