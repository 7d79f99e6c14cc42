"""Names that firms give, as templates can hold them."""

from smsmerkezi.core import folding


def variable(heading: str) -> str:
    """A column's heading as a variable: `Doğum günü` is `dogum_gunu`; empty where nothing of it can be one."""
    plain = "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in folding.fold(heading)
    )
    name = "_".join(part for part in plain.split("_") if part)[:64]
    return f"_{name}" if name[:1].isdigit() else name
