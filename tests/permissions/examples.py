"""What the matrix puts into a route's path and body, by the route's name.

A route without a line gets ids that nobody has and an empty body: whoever may is then told 404 or 422, which is enough to tell
that the door is open. A line makes it real. Where it is needed, the test says so and how.
"""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import switching
from tests.api import doors
from tests.messaging.senders import papers
from tests.panel.conftest import compose
from tests.permissions.world import World

Filled = Callable[[World], dict[str, Any]]

# Path parameters: {"v1-sms-detail": lambda world: {"id": 5}}
IDS: dict[str, Filled] = {
    "v1-sms-detail": lambda world: {"id": world.message.pk},
    "panel-acting-start": lambda world: {"tenant_id": world.firm.pk},
    **dict.fromkeys(
        ("panel-message", "panel-message-live", "panel-message-numbers", "panel-message-cancel"),
        lambda world: {"message_id": world.scheduled.pk},
    ),
}
# Bodies, JSON for the API and forms for the panel, by name and method: {("v1-tokens", "POST"): lambda world: {…}}
BODIES: dict[tuple[str, str], Filled] = {
    ("v1-sms-send", "POST"): lambda world: doors.sms(),
    ("v1-contacts", "POST"): lambda world: {"msisdn": "05301239999"},
    ("v1-contact", "PUT"): lambda world: {"msisdn": "05301239998"},
    ("v1-templates", "POST"): lambda world: {"name": "x", "body": "Merhaba"},
    ("v1-tokens", "POST"): lambda world: {"name": "x", "abilities": ["sms:read"]},
    ("v1-tenant-switcher", "POST"): lambda world: {"tenant_id": world.other.pk, "reason": switching.REASON},
    ("panel-acting-start", "POST"): lambda world: {"reason": switching.REASON},
    ("panel-send", "POST"): lambda world: compose(),
    ("panel-send-review", "POST"): lambda world: compose(),
    ("panel-quote", "POST"): lambda world: compose(),
    ("panel-language", "POST"): lambda world: {"language": "en"},
    ("panel-theme", "POST"): lambda world: {"theme": "dark"},
    ("panel-withdraw", "POST"): lambda world: {"reason": "x" * 501},  # a shorter one would log the person out
}
# Bodies that are forms with a file, by name.
FORMS: dict[str, Filled] = {
    "v1-bulk": lambda world: {
        "name": "x",
        "body": "Merhaba",
        "source_type": "manual",
        "manual_recipients": "5301112233",
    },
    "v1-senders": lambda world: {"label": "YENI", "document": SimpleUploadedFile("a.pdf", papers.pdf())},
}
# What stands for a path parameter of which nothing is known.
NOBODYS = {
    "int": 999_999_999,
    "str": "999999999",
    "slug": "yok",
    "uuid": "00000000-0000-7000-8000-000000000000",
    "path": "yok",
}
