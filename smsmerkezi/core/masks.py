"""Telephone numbers as they are shown to those who may not see them whole. Numbers are E.164 integers."""

from smsmerkezi.core import phones


def mask_v1(number: int) -> str:
    """`+90555***2233`: three digits hidden (contract, A6)."""
    return _hide(phones.e164(number), "***")


def mask_panel(number: int) -> str:
    """`555****2233`: the same three digits under four stars, as the contract writes it (A6, D14)."""
    return _hide(phones.national(number), "****")


def mask_screen(number: int) -> str:
    """`0555 *** 22 33`, in the grouping people read aloud; a foreign number keeps its + and prefix."""
    whole = f"0{phones.national(number)}" if phones.is_turkish(number) else phones.e164(number)
    return f"{whole[:-7]} *** {whole[-4:-2]} {whole[-2:]}"


def _hide(digits: str, stars: str) -> str:
    return digits[:-7] + stars + digits[-4:]
