"""What the people of a test find in their mailboxes."""

import re

from django.core import mail as outbox

from smsmerkezi import queues


def work() -> None:
    """What the workers of the default queue do."""
    queues.LOOKS["default"]()


def received(address: str) -> list[str]:
    """The subjects of all that came so far."""
    work()
    return [mail.subject for mail in outbox.outbox if mail.to == [address]]


def secret(address: str, folder: str) -> str:
    """Of the newest link below /`folder`/."""
    work()
    found = [re.search(rf"/{folder}/(\S+)", mail.body) for mail in outbox.outbox if mail.to == [address]]
    return [match[1] for match in found if match][-1]
