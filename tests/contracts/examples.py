"""The examples of the contract, one file each, and how an answer of ours is held against one."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent / "v1"
SHAPES = {
    "a moment in UTC": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00",
    "a moment in Istanbul": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00",
    "a uuid that sorts by time": r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "a uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "a token": r"\d+\|[A-Za-z0-9]{40}",
    "a release": r"\d+\.\d+\.\d+",
    "a cursor": r"eyJ[A-Za-z0-9_-]+",
    "a page": r"https://api\.smsmerkezi\.net/v1/sms\?cursor=eyJ[A-Za-z0-9_-]+",
}


@dataclass(frozen=True)
class Example:
    """`varies`: members whose value is only an example. `also`: members of ours that the contract allows besides."""

    name: str
    request: dict[str, Any]
    response: dict[str, Any]
    varies: list[str]
    also: list[str]
    source: str


def load() -> dict[str, Example]:
    files = sorted(FOLDER.glob("*/*.json"))
    names = [f"{file.parent.name}/{file.stem}" for file in files]
    return {
        name: Example(name, **orjson.loads(file.read_bytes()))
        for name, file in zip(names, files, strict=True)
    }


def shape(value: Any) -> str:
    """What kind of value it is, as far as a client relies on it."""
    if isinstance(value, str):
        return next((name for name, form in SHAPES.items() if re.fullmatch(form, value)), "text")
    return type(value).__name__


def differences(example: Example, got: Any) -> list[str]:
    """Where `got` is not what the contract shows: keys, their order, types and constants."""
    return list(_compare(example, example.response["body"], got, ""))


def _compare(example: Example, wanted: Any, got: Any, path: str) -> Any:
    if isinstance(wanted, dict) and isinstance(got, dict):
        yield from _compare_objects(example, wanted, got, path)
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            yield f"{path}: {len(got)} items, not {len(wanted)}"
        for one, other in zip(wanted, got, strict=False):
            yield from _compare(example, one, other, path)
    elif path in example.varies:
        if shape(wanted) != shape(got):
            yield f"{path}: {got!r} is not {shape(wanted)}"
    elif type(wanted) is not type(got) or wanted != got:
        yield f"{path}: {got!r}, not {wanted!r}"


def _compare_objects(example: Example, wanted: dict[str, Any], got: dict[str, Any], path: str) -> Any:
    extra = [key for key in got if key not in wanted]
    allowed = [key.rpartition(".")[2] for key in example.also if key.rpartition(".")[0] == path]
    if sorted(extra) != sorted(allowed):
        yield f"{path}: also {extra}, allowed {allowed}"
    if [key for key in got if key in wanted] != list(wanted):
        yield f"{path}: {list(got)}, not {list(wanted)}"
    for key in wanted.keys() & got.keys():
        yield from _compare(example, wanted[key], got[key], f"{path}.{key}".lstrip("."))
