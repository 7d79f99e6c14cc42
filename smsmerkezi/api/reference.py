"""The OpenAPI document as people read it: operations with their fields, a curl command, an answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
KINDS = {
    "string": "metin",
    "integer": "tam sayı",
    "array": "liste",
    "object": "nesne",
    "boolean": "evet/hayır",
}
EXAMPLE_ID = "123456"
JSON, PROBLEM = "application/json", "application/problem+json"
FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a member of the body."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`curl` may be pasted into a shell where TOKEN is set; `answer` is JSON."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    about: str
    public: bool
    parameters: list[Field]
    body: list[Field]
    statuses: list[tuple[str, str]]
    curl: str
    answer: str


def groups(document: dict[str, Any], base_url: str) -> dict[str, list[Operation]]:
    """Operations by tag, in the order of the paths."""
    found: dict[str, list[Operation]] = {}
    for operation in _operations(document, base_url):
        found.setdefault(operation.tag, []).append(operation)
    return found


def _operations(document: dict[str, Any], base_url: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(document["components"], path, method, methods[method], base_url)


def _operation(
    components: dict[str, Any], path: str, method: str, raw: dict[str, Any], base_url: str
) -> Operation:
    asked = raw.get("requestBody", {}).get("content", {})
    body = asked.get(JSON) or asked.get(FORM, {})
    return Operation(
        id=raw["operationId"],
        tag=raw["tags"][0],
        method=method.upper(),
        path=path,
        summary=raw["summary"],
        about=raw.get("description", ""),
        public=not raw.get("security"),
        parameters=[_parameter(each) for each in raw.get("parameters", [])],
        body=list(_members(components, body.get("schema", {}))),
        statuses=[(status, _described(components, each)) for status, each in raw["responses"].items()],
        curl=_curl(
            method, base_url + path.replace("{id}", EXAMPLE_ID), raw, _example(body), form=FORM in asked
        ),
        answer=_answer(raw),
    )


def _parameter(raw: dict[str, Any]) -> Field:
    about = raw.get("description", "")
    choices = raw["schema"].get("enum")
    if choices:
        about = f"{about} {', '.join(choices)}".strip()
    return Field(raw["name"], _kind(raw["schema"]), raw.get("required", False), about)


def _members(components: dict[str, Any], schema: dict[str, Any]) -> Iterator[Field]:
    if "$ref" not in schema:
        return
    whole = components["schemas"][schema["$ref"].rpartition("/")[2]]
    required = whole.get("required", [])
    for name, member in whole["properties"].items():
        yield Field(name, _kind(member), name in required, member.get("description", ""))


def _kind(schema: dict[str, Any]) -> str:
    named = schema.get("type", "string")
    name = named if isinstance(named, str) else next(each for each in named if each != "null")
    return "tarih ve saat" if schema.get("format") == "date-time" else KINDS[name]


def _described(components: dict[str, Any], answer: dict[str, Any]) -> str:
    if "$ref" in answer:
        answer = components["responses"][answer["$ref"].rpartition("/")[2]]
    return str(answer["description"])


def _example(content: dict[str, Any]) -> Any:
    for example in content.get("examples", {}).values():
        return example["value"]
    return None


def _answer(raw: dict[str, Any]) -> str:
    """Empty where an answer has no body, or no example."""
    good = next(each for status, each in raw["responses"].items() if status.startswith("2"))
    example = _example(good.get("content", {}).get(JSON, {}))
    return "" if example is None else _pretty(example)


def _curl(method: str, url: str, raw: dict[str, Any], body: Any, *, form: bool) -> str:
    """A body goes in by a here-document, so apostrophes in a text need no quoting; a form has a file, `@name`."""
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}", f'"{url}"']
    lines = [" ".join(parts)]
    if raw.get("security"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if body is None:
        return " \\\n  ".join(lines)
    if form:
        return " \\\n  ".join([*lines, *(f'-F "{name}={value}"' for name, value in body.items())])
    lines += [f'-H "Content-Type: {JSON}"', "--data @- <<'JSON'"]
    return " \\\n  ".join(lines) + f"\n{_pretty(body)}\nJSON"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
