"""Turkish text made comparable: whoever types `isik` finds `Işık`, `IŞIK` and `ışık`, whatever the database's collation is."""

import unicodedata

# Unicode's lower() makes i + U+0307 of İ and i of I; a search knows one letter for I, ı, İ and i.
_LETTERS = str.maketrans("ıİIğĞüÜşŞöÖçÇâÂîÎûÛ", "iiigguussooccaaiiuu")


def fold(text: str) -> str:
    """Lower case, without accents, words apart by one space. Folding twice changes nothing."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_LETTERS))
    bare = "".join(letter for letter in plain.casefold() if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_LETTERS).split())


def words(text: str) -> list[str]:
    """The different words of a text, folded, in their order."""
    return list(dict.fromkeys(fold(text).split()))
