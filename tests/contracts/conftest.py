from tests.quick import fresh_accounts, quick_passwords

__all__ = ["fresh_accounts", "quick_passwords"]
