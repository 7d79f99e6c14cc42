"""Logs: one JSON object a line on stderr, ids only. Numbers, texts, codes and secrets are never written.

Two walls: callers log ids and counts (`logger.info("event", extra={"ids": {...}})`), and this formatter blanks whatever
still looks like a phone number or a bearer token, exception texts included.
"""

import logging
import re
from datetime import UTC, datetime

import orjson

SECRETS = re.compile(
    r"(?<!\d)(?:\+|00)?\d{10,15}(?!\d)"  # phone numbers in any international spelling
    r"|\d+\|[A-Za-z0-9]{40}"  # API tokens
    r"|(?<=/callbacks/)\S+|(?<=/dogrula/)\S+|(?<=/parola/)\S+|(?<=/davet/)\S+"  # addresses that are secrets
    r"|(?i:\b(?:bearer|basic)\s+)\S+"
    # What PostgreSQL says of a row that it refused: the row. Until the next part of the traceback.
    r"|(?s:(?<=\nDETAIL:).*?(?=\n\n|\nTraceback|\Z))"
    r"|(?i:(?:password|parola|secret|token|authorization|api_token|apikey)[\"']?\s*[=:]\s*(?:(?:bearer|basic)\s+)?)\S+"
)


def blank(text: str) -> str:
    """Without secrets, and without the half characters that no log can hold."""
    return SECRETS.sub("[gizli]", text).encode(errors="backslashreplace").decode()


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": blank(record.getMessage()),
            **getattr(record, "ids", {}),
        }
        if record.exc_info:
            line["exception"] = blank(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str).decode()
