"""Quick passwords, and what people read in their mailboxes."""

from tests.quick import quick_passwords

__all__ = ["quick_passwords"]
