"""P12 no firm sees or changes another's rows: a crawl of every route, with each of the two walls alone."""

import os
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from gateways import accounts
from tests.permissions import world
from tests.promises import crawl
from tests.promises.crawl import Walls

pytestmark = pytest.mark.django_db(transaction=True)  # one long transaction would keep every version of a row
ORM, RLS, NONE = Walls(database=False), Walls(orm=False), Walls(orm=False, database=False)
STEP = int(os.environ.get("CRAWL_STEP", "8"))  # 1: everything, 3,000 calls and a minute for each wall


@pytest.fixture
def scene(transactional_db, settings) -> Iterator[tuple[world.World, crawl.Victim]]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.RATE_LIMITS = dict.fromkeys(("api", "sms-send", "auth"), (1_000_000, 60))
    yield world.made(), crawl.victim()
    accounts.forget()


@pytest.mark.parametrize("walls", [Walls(), ORM, RLS][STEP > 1 :], ids=str)
def test_whatever_one_firm_asks_for_is_not_there_if_it_is_another_s(scene, walls):
    with walls.standing():
        made, found = crawl.crawl(*scene, step=STEP, first=walls.orm)
    sys.stdout.write(f"P12, {walls}: {made} calls of {len(crawl.routes())} routes, {len(found)} holes\n")
    assert made > 2800 / STEP
    assert sorted({(hole.route, hole.place.where, hole.what) for hole in found}) == []


def test_the_crawl_finds_the_holes_that_are_there(scene):
    """Without any wall it is told of other firms' rows."""
    with NONE.standing():
        made, found = crawl.crawl(*scene, step=STEP)
    kinds = Counter(finding.what.split()[0] for finding in found)
    sys.stdout.write(f"P12, no wall: {made} calls, {dict(kinds)}\n")
    assert kinds["tells"] > 10


def test_the_scales_see_the_smallest_change(scene):
    _, prey = scene
    scales = crawl.Scales(prey.firm)
    before = scales.weigh()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE contacts_optout SET msisdn = msisdn + 1 WHERE tenant_id = %s", [prey.firm.pk])
        assert scales.weigh() != before
        transaction.set_rollback(True)
    assert scales.weigh() == before
