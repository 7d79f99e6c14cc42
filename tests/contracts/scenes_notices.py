"""The scenes of #51-#55: somebody whose firm runs out of credit."""

from tenants import notices
from tenants.models import Notification, Tenant, User
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

FACTS = {"available": 480, "threshold": 500}


def told(firm: Tenant, times: int = 1) -> User:
    owner = factories.user(firm)
    for _ in range(times):
        notices.notify(people=[owner], kind="balance_low", data=FACTS)
    return owner


def somebody_told(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door(factories.token(told(firm)))


def somebody_told_often(firm: Tenant, example: Example) -> doors.Door:
    """Five not read; the sample shows one row."""
    example.response["body"] = {
        name: each * 5 if name == "data" else each for name, each in example.response["body"].items()
    }
    return doors.Door(factories.token(told(firm, 5)))


def five_unread(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door(factories.token(told(firm, 5)))


def a_notice(firm: Tenant, example: Example) -> doors.Door:
    door = somebody_told(firm, example)
    path = example.request["path"].replace(
        "0190b8a4-0000-7000-8000-000000000000", str(Notification.objects.get().pk)
    )
    example.request["path"] = path
    return door


BY_NAME = {
    "51-notifications/200-ok": somebody_told,
    "52-notifications-recent/200-ok": somebody_told_often,
    "53-notifications-read-all/200-ok": five_unread,
    "54-notification-read/200-ok": a_notice,
    "55-notification-delete/204-deleted": a_notice,
}
