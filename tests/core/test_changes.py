from types import SimpleNamespace

from smsmerkezi.core import changes


def test_only_what_differs_is_a_change():
    row = SimpleNamespace(name="Eski", weight=1, state="active")
    assert changes.between(row, {"name": "Yeni", "weight": 1}) == {"name": ["Eski", "Yeni"]}
    assert changes.between(row, {}) == {}


def test_what_must_not_be_read_is_named_alone():
    assert changes.hidden(["token", "key"]) == {"token": ["•••", "•••"], "key": ["•••", "•••"]}
    told = {"name": ["Ayşe", "Fatma"], "role": ["viewer", "admin"]}
    assert changes.masked(told, "name", "email") == {"name": ["•••", "•••"], "role": ["viewer", "admin"]}
