"""P16 numbers, texts, codes and keys stay out of logs: people sign up, get in, are turned away and send, while the database
crashes under them; then every byte that was written beside the tables is searched.
"""

import base64
import itertools
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
import urllib3
from django.db import transaction
from django_otp.oath import TOTP

from billing import ledger
from messaging.senders import approval
from smsmerkezi.embedded import processes
from tenants.actors import Actor
from tenants.models import User
from tests import factories
from tests.soak import firms, house, judge
from tests.soak.bars import Bars

MESSAGES = 300
DRAIN = 60  # seconds
BARS = Bars(
    zero=("hits", "server_errors"), least={"bytes": 10_000, "calls": 40, "canaries": 12, "planted_found": 1}
)
SENDER = "KANARYA"
PLANTED = "planted.log"  # the search must find what is there
KEPT_IN_MAILS = ("mailed link",)  # which is what those mails are for


@dataclass
class Canaries:
    """What must be found nowhere, by what it is."""

    known: dict[str, set[str]] = field(default_factory=dict)

    def let_fly(self, kind: str, text: str) -> str:
        self.known.setdefault(kind, set()).add(text)
        return text

    def of(self, *, mailed: bool) -> Iterator[tuple[str, bytes]]:
        for kind, texts in self.known.items():
            if not (mailed and kind in KEPT_IN_MAILS):
                yield from ((kind, text.encode()) for text in texts)


class Visitor:
    """A program at the doors, and what they answered."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url, ""
        self.pool = urllib3.PoolManager(retries=False, timeout=20)
        self.calls = self.server_errors = 0

    def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, raw: bytes = b""
    ) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        sent = raw or (None if body is None else json.dumps(body).encode())
        answer = self.pool.request(method, f"{self.url}{path}", body=sent, headers=headers)
        self.calls += 1
        self.server_errors += answer.status >= 500 and answer.status != 503
        return answer

    def told(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        return dict(self.call(method, path, body, **options).json())


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    mails = place.folder / "mails"
    place.environment |= {"MAIL_DIR": str(mails), "LOG_LEVEL": "DEBUG", "RATE_LIMIT_AUTH": "100000/min"}
    firms.road(place)
    place.operator.faults(seed=seed, **house.FAULTS)
    place.start_family()
    fly, visitor = Canaries(), Visitor(place.url)
    owner = _signs_up(fly, visitor, mails)
    _gets_in(fly, visitor, owner)
    _is_turned_away(fly, visitor)
    _sends(fly, visitor, owner, messages, place)
    processes.wait_until(lambda: judge.under_way() == 0, seconds=DRAIN, step=0.5)
    (place.logs / PLANTED).write_text(fly.let_fly("planted", secrets.token_hex(8)))
    scanned, found = _searched(place, mails, fly)
    hits = [hit for hit in found if PLANTED not in hit]
    return {
        "calls": visitor.calls,
        "server_errors": visitor.server_errors,
        "canaries": sum(map(len, fly.known.values())),
        "bytes": scanned,
        "hits": hits,
        "planted_found": len(found) - len(hits),
    }


def _signs_up(fly: Canaries, visitor: Visitor, mails: Path) -> User:
    """By the API; the address is proved with the mailed link."""
    password = fly.let_fly("password", f"kanarya-{secrets.token_hex(8)}")
    body = {
        "company_name": "Kanarya A.Ş.", "name": "Kanarya", "email": "kanarya@ornek.test", "phone": "+905307391099",
        "password": password, "password_confirmation": password, "kvkk_consent": True, "device_name": "soak",
    }  # fmt: skip
    fly.let_fly("phone", "5307391099")
    visitor.token = fly.let_fly("token", visitor.told("POST", "/v1/auth/register", body)["data"]["token"])
    link = fly.let_fly("mailed link", _mailed(mails, "dogrula"))
    visitor.call("GET", f"/dogrula/{link}")
    return User.objects.get(email="kanarya@ornek.test")


def _mailed(mails: Path, folder: str) -> str:
    """The secret of the newest link."""
    found: list[str] = []

    def came() -> bool:
        texts = [file.read_text(errors="replace").replace("=\n", "") for file in sorted(mails.glob("*"))]
        found[:] = [match[1] for text in texts if (match := re.search(rf"/{folder}/([\w-]{{40,}})", text))]
        return bool(found)

    assert processes.wait_until(came, seconds=house.PATIENCE, step=0.2)
    return found[-1]


def _gets_in(fly: Canaries, visitor: Visitor, owner: User) -> None:
    """A second factor, a session by it, a key of its own, another password."""
    (password,) = fly.known["password"]
    visitor.call("POST", "/v1/panel/2fa/enable")
    key = fly.let_fly("second factor", visitor.told("GET", "/v1/panel/2fa/setup")["data"]["secret"])
    code = fly.let_fly("code", _code(key))
    for each in visitor.told("POST", "/v1/panel/2fa/confirm", {"code": code})["data"]["recovery_codes"]:
        fly.let_fly("recovery code", each)
    step = visitor.told("POST", "/v1/auth/login", {"email": owner.email, "password": password})["data"]
    answer = {
        "challenge_token": fly.let_fly("challenge", step["challenge_token"]),
        "recovery_code": min(fly.known["recovery code"]),
    }
    session = visitor.told("POST", "/v1/auth/two-factor/challenge", answer)["data"]
    visitor.token = fly.let_fly("token", session["token"])
    made = visitor.told("POST", "/v1/tokens", {"name": "soak", "abilities": ["*"]})
    fly.let_fly("token", made["plain_text_token"])
    visitor.call("POST", "/v1/panel/users/invite", {"email": "davetli@ornek.test", "role": "operator"})


def _code(key: str) -> str:
    clock = TOTP(base64.b32decode(key + "=" * (-len(key) % 8)))
    clock.time = time.time()
    return f"{clock.token():06d}"


def _is_turned_away(fly: Canaries, visitor: Visitor) -> None:
    """Wrong passwords, codes and tokens, bodies that are none, and a form of the panel."""
    wrong = fly.let_fly("wrong password", f"yanlis-{secrets.token_hex(8)}")
    number = fly.let_fly("number", "905307391098")[2:]
    bad = fly.let_fly("wrong token", secrets.token_hex(20))
    for body in ({"email": "kanarya@ornek.test", "password": wrong}, {"email": wrong, "password": wrong}):
        visitor.call("POST", "/v1/auth/login", body)
    visitor.call("POST", "/v1/auth/two-factor/challenge", {"challenge_token": bad, "code": "731925"})
    visitor.call("GET", "/v1/balance", token=f"1|{bad}")
    for raw in (
        b"{" + number.encode(),
        f'{{"body":"{wrong}","recipients":{number}}}'.encode(),
        b"\xff" + wrong.encode(),
    ):
        visitor.call("POST", "/v1/sms/send", raw=raw)
    visitor.call("GET", f"/v1/sms?q={number}&cursor={wrong}")
    visitor.pool.request("POST", f"{visitor.url}/giris", fields={"username": wrong, "password": wrong})
    visitor.pool.request("GET", f"{visitor.url}/parola/{bad}")
    visitor.pool.request(
        "POST", f"{visitor.url}/callbacks/mock/{bad}", body=f'{{"msisdn":"{number}"}}'.encode()
    )


def _sends(fly: Canaries, visitor: Visitor, owner: User, messages: int, place: house.House) -> None:
    """To numbers of every fate, through an operator with faults, and with a crash of the database in the middle."""
    firm, staff = owner.tenant, Actor(None, factories.reviewer())
    with transaction.atomic():
        ledger.top_up(tenant=firm, credits=10 * messages, reference="soak")
    applied = approval.apply_for(by=Actor(firm, owner), label=SENDER)
    approval.approve(by=staff, sender_id=applied.pk)
    text = fly.let_fly("text", f"Kanarya metni {secrets.token_hex(6)}")
    for n, fate in zip(
        range(messages), itertools.cycle(("0001", "0002", "0003", "0004", "0007")), strict=False
    ):
        number = factories.number(n, fate=fate)
        fly.let_fly("number", number[3:])
        body = {"body": f"{text} {n}", "recipients": [number], "originator": SENDER}
        if n == messages // 2:
            place.crash_database()
        visitor.call("POST", "/v1/sms/send", body)


def _searched(place: house.House, mails: Path, fly: Canaries) -> tuple[int, list[str]]:
    """How many bytes were searched; what was found, and where."""
    hits, scanned = [], 0
    files = [
        *place.logs.rglob("*"),
        *(place.folder / "postgres").glob("*.log"),
        *(place.folder / "valkey").rglob("*"),
    ]
    sources = [
        (str(file.relative_to(place.folder)), file.read_bytes(), False) for file in files if file.is_file()
    ]
    sources = [
        source for source in sources if "simulator" not in source[0] and not source[0].endswith("password")
    ]
    sources += [(f"mails/{n}", file.read_bytes(), True) for n, file in enumerate(sorted(mails.glob("*")))]
    sources += [("redis", _everything_in(place.bell.url), False)]
    for name, content, mailed in sources:
        scanned += len(content)
        hits += [f"{kind} in {name}" for kind, text in fly.of(mailed=mailed) if _stands(kind, text, content)]
    return scanned, sorted(set(hits))


def _stands(kind: str, text: bytes, content: bytes) -> bool:
    """Six digits are a code only where no others stand beside them."""
    if kind != "code":
        return text in content
    return re.search(rb"(?<!\d)" + text + rb"(?!\d)", content) is not None


def _everything_in(url: str) -> bytes:
    """Every key of Redis, by its name and as it would be dumped: jobs, registries, throttles."""
    with redis.Redis.from_url(url) as wire:
        return b"\n".join(key + b" " + (wire.dump(key) or b"") for key in wire.scan_iter())
