"""Each request's id, its caller's address and its failure to reach the database."""

import logging
import random
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
CACHE_CONTROL = "no-cache, private"  # contract A1, literal
DRAINED = 16 * 1024**2  # bytes


class RequestIds:
    """`X-Request-Id` on every answer, the same id in every log line and on error pages; API and panel are never cached."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = f"{random.getrandbits(64):016x}"  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = CACHE_CONTROL
        return response


def client_address(request: HttpRequest) -> str:
    """The caller, behind exactly TRUSTED_PROXIES proxies; whatever else X-Forwarded-For says is the caller's own word."""
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    return _without_port(address)


def _without_port(address: str) -> str:
    """Some proxies name the port as well: `192.0.2.1:4711`, `[2001:db8::1]:4711`. Empty for what is no address.

    A zone (`fe80::1%eth0`) is left away: the database's `inet` knows none. An IPv4 address that an IPv6 socket wraps
    (`::ffff:192.0.2.1`) is that IPv4 address.
    """
    host = address.partition("]")[0].removeprefix("[") if address.startswith("[") else address
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def announced(request: HttpRequest) -> int:
    """How many bytes the body has, as the caller says; no more are ever read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0


def drain(request: HttpRequest) -> None:
    """Read what a caller still sends, and keep nothing: whoever is hung up on while speaking never hears why.

    Up to DRAINED bytes; beyond that the connection is not worth it.
    """
    left = DRAINED
    while left > 0 and (chunk := request.read(min(left, 65536))):
        left -= len(chunk)


def is_outage(error: BaseException) -> bool:
    """The database is away or too busy: the caller may come again. Frees the broken connection."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    connection.close_if_unusable_or_obsolete()
    return True
