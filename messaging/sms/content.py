"""What a commercial text usually lacks. Warnings only: whether a text advertises, and what it owes to whom, a person decides.

The regulation on commercial messages asks for who sends and how to refuse (reference/compliance 1 and 2).
"""

import re

from smsmerkezi.core import folding

NO_WAY_OUT, NAMELESS = "no-way-out", "nameless"
REFUSAL = re.compile(r"\b(?:ret|red|iptal|cikmak|istemiyorsaniz|unsubscribe|stop)\b")
PLACE = re.compile(r"\d{4}|\d{3} \d|(?:https?://|www\.|\b[\w-]+\.(?:com|net|org|tr|co|io)\b)")
FIRM_WORDS = frozenset(
    ("ltd", "sti", "as", "san", "tic", "ve", "limited", "anonim", "sirketi", "ticaret", "sanayi")
)


def warnings(body: str, *, firm: str, originator: str = "") -> list[str]:
    """NO_WAY_OUT: it does not say how to refuse, and where. NAMELESS: neither the firm nor its sender ID is named in it."""
    if not body.strip():
        return []
    plain = folding.fold(body)
    found = []
    if not (REFUSAL.search(plain) and PLACE.search(plain)):
        found.append(NO_WAY_OUT)
    names = {word for word in folding.words(firm) if len(word) > 2 and word not in FIRM_WORDS}
    names |= {folding.fold(originator)} if originator else set()
    if not any(name in plain for name in names):
        found.append(NAMELESS)
    return found
