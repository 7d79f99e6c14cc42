"""What no database keeps: the zero character, and halves of characters."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def without_unstorable(text: str) -> str:
    return _UNSTORABLE.sub("", text)
