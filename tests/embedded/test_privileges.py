import os
from pathlib import Path

import pytest

from smsmerkezi.embedded import privileges
from smsmerkezi.embedded.privileges import Account, Mode
from tests.embedded.conftest import as_root

NOBODY = Account("nobody", 65534, 65534)


def chosen(**given: object) -> Mode:
    usual = {"euid": 0, "owner": None, "data": True, "programs": True, "namespaces": True}
    return privileges.choose(**(usual | given))


def test_an_ordinary_user_has_nothing_to_drop():
    assert chosen(euid=1000, data=False, programs=False, namespaces=False) is Mode.SELF


def test_root_becomes_an_ordinary_user_where_that_user_can_reach_everything():
    assert chosen() is Mode.USER


@pytest.mark.parametrize("unreachable", ["data", "programs"])
def test_root_uses_a_namespace_where_the_user_cannot(unreachable):
    assert chosen(**{unreachable: False}) is Mode.NAMESPACE


def test_without_namespaces_the_programs_are_copied_to_where_the_user_can_run_them():
    assert chosen(programs=False, namespaces=False) is Mode.COPY


def test_without_namespaces_and_a_place_for_the_data_there_is_no_way():
    assert chosen(data=False, namespaces=False) is Mode.NONE
    assert chosen(data=False, programs=False, namespaces=False) is Mode.NONE


def test_data_that_root_made_in_a_namespace_stay_in_one():
    assert chosen(owner=0) is Mode.NAMESPACE
    assert chosen(owner=0, namespaces=False) is Mode.NONE


def test_data_that_an_ordinary_user_owns_are_never_opened_in_a_namespace():
    assert chosen(owner=65534) is Mode.USER
    assert chosen(owner=65534, programs=False) is Mode.COPY
    assert chosen(owner=65534, data=False) is Mode.NONE


def test_a_folder_closed_to_others_is_out_of_reach(home):
    (home / "shut").mkdir(mode=0o700)
    (home / "open").mkdir(mode=0o755)
    assert privileges.reachable(home / "open", NOBODY)
    assert not privileges.reachable(home / "shut", NOBODY)


def test_everything_below_a_closed_folder_is_out_of_reach(private):
    inside = private / "open"
    inside.mkdir(mode=0o755)
    assert not privileges.reachable(inside, NOBODY)


def test_the_owner_and_the_group_are_judged_by_their_own_bits(home):
    place = home / "mine"
    place.mkdir(mode=0o700)
    found = place.stat()
    assert privileges.reachable(place, Account("me", found.st_uid, 4242))
    place.chmod(0o050)
    assert privileges.reachable(place, Account("us", 4242, found.st_gid))
    assert not privileges.reachable(place, Account("me", found.st_uid, found.st_gid))
    place.chmod(0o700)


def test_what_is_not_there_is_out_of_reach(home):
    assert not privileges.reachable(home / "nothing", NOBODY)


def test_the_user_is_one_this_machine_has_and_never_root(monkeypatch):
    assert privileges.account().uid > 0
    monkeypatch.setattr(privileges, "CANDIDATES", ("no-such-user", "root"))
    assert privileges.account() is None


def test_the_owner_of_existing_data_is_preferred():
    assert privileges.account(owner=65534).name == "nobody"
    assert privileges.account(owner=4242) is None


def test_a_drop_without_a_user_changes_no_argument_and_no_owner(home):
    drop = privileges.Drop()
    drop.own(home)
    assert drop.popen() == {}
    assert home.stat().st_uid == os.geteuid()


@as_root
def test_a_drop_to_a_user_hands_over_exactly_the_folder_it_is_given(home):
    (home / "data").mkdir()
    privileges.Drop(Mode.USER, account=NOBODY).own(home / "data")
    assert (home / "data").stat().st_uid == NOBODY.uid
    assert home.stat().st_uid == 0


def test_without_the_tool_there_are_no_namespaces(monkeypatch):
    monkeypatch.setenv("PATH", str(Path("/nonexistent")))
    assert not privileges.namespaces_work()
