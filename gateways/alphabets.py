"""The characters of the GSM tables (3GPP TS 23.038), and what stands in for those that are in none."""

# TS 23.038 §6.2.1. ESC is a code of the table, not a character that a text may hold.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
TURKISH = frozenset("ĞğİıŞşç")
LOCKING = BASIC - frozenset("èìØøÆæ¡¿") | TURKISH | {"€"}  # annex A.3.1: its letters replace eight others

ASCII_LETTERS = str.maketrans("şŞğĞıİç", "sSgGiIc")

_EQUIVALENTS = {
    "'": "‘’‚‛′‵ʼ`´＇",
    '"': "“”„‟″‶«»＂",
    "<": "‹",
    ">": "›",
    "-": "‐‑‒–—―−⁃•‣",
    "...": "…",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\v\x85\u2028\u2029",
    "": "\u00ad\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    "TL": "₺",
    "x": "×",
    "/": "⁄∕",
    ".": "·",
    "(c)": "©",
    "(r)": "®",
    "(tm)": "™",
}
SIMPLER = {ord(char): plain for plain, chars in _EQUIVALENTS.items() for char in chars}
JOINERS = dict.fromkeys(map(ord, "\u200d\ufe0e\ufe0f"))  # they hold an emoji together
