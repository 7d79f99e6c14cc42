"""Addresses that we are asked to call: https, and by a name that everybody can look up (security §5.4).

What a name leads to is looked at again at each call; here is only what the text itself tells.
"""

import re
from urllib.parse import SplitResult, urlsplit

from smsmerkezi.core.errors import DomainError

LONGEST = 500  # characters
PORTS = (None, 443, 8443)
INSIDE = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
NUMBER = re.compile(
    r"\d+|0x[0-9a-f]*"
)  # how a last label that is no name begins an IPv4 address, in any base
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class BadAddress(DomainError):
    code = "invalid-url"


def check_public(url: str, *, field: str) -> None:
    """Raises BadAddress with the rule that is broken."""
    parts = _parts(url, field)
    if parts.scheme != "https":
        raise BadAddress("Adres https:// ile başlamalıdır.", field=field)
    if parts.username is not None or parts.password is not None:
        raise BadAddress("Adres kullanıcı adı ya da parola içeremez.", field=field)
    if not _is_public_name(parts.hostname or ""):
        raise BadAddress(
            "Adres internette bulunan bir alan adı olmalıdır; IP ya da iç ağ adresi olamaz.", field=field
        )
    if _port(parts) not in PORTS:
        raise BadAddress("Adresin portu yalnızca 443 ya da 8443 olabilir.", field=field)


def _parts(url: str, field: str) -> SplitResult:
    if len(url) > LONGEST or not url.isprintable() or re.search(r"[\s\\]", url):
        raise BadAddress(f"Adres geçersiz ya da {LONGEST} karakterden uzun.", field=field)
    try:
        return urlsplit(url)
    except ValueError:
        raise BadAddress("Adres geçersiz.", field=field) from None


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return 0


def _is_public_name(host: str) -> bool:
    """At least two labels in letters that the name system knows, the last of them no number and no word for inside."""
    try:
        plain = (
            host.encode("idna").decode().lower().removesuffix(".")
        )  # wide digits and dots become plain ones
    except UnicodeError:
        return False
    labels = plain.split(".")
    last = labels[-1]
    return (
        len(labels) > 1
        and all(LABEL.fullmatch(label) for label in labels)
        and last not in INSIDE
        and not NUMBER.fullmatch(last)
    )
