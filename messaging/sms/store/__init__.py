"""The set-based SQL of the hot path, a module for each step: accept, claim, record, report, sweep.

No rule is decided here that could be decided in Python; what is here must see rows and locks. Every statement that needs
several locks takes them in one order: submissions by id, recipients by id, messages by id, accounts by tenant.
"""
