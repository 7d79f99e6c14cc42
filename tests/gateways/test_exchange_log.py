"""Canaries: nothing that an exchange carries may be found in what it logs."""

import logging
from collections.abc import Callable

import pytest

from gateways.base import Gateway
from gateways.http import HttpClient, MaybeSent, NeverSent
from gateways.kobikom import Kobikom
from gateways.mock import Mock
from gateways.netgsm import NetGsm
from smsmerkezi.logs import JsonFormatter
from tests.gateways import hostile, parcels

SECRET = "kanarya-parola-4711"
TEXT = "Kodunuz 918273, kimseyle paylaşmayın"
NUMBER = 905339998877
CANARIES = (SECRET, "918273", "paylaş", str(NUMBER), str(NUMBER)[2:], "a2FuYXJ5YS1wYXJvbGE")

VENDORS: dict[str, Callable[[str], Gateway]] = {
    "mock": lambda url: Mock(base_url=url, credentials={"token": SECRET}, options={"timeout": 0.3}),
    "netgsm": lambda url: NetGsm(
        base_url=url, credentials={"username": "850", "password": SECRET}, options={"timeout": 0.3}
    ),
    "kobikom": lambda url: Kobikom(base_url=url, credentials={"api_token": SECRET}, options={"timeout": 0.3}),
}
BEHAVIOURS = {
    "answered": hostile.saying(hostile.answer(b'{"code":"40","message":"x"}', status="406 No")),
    "broken": hostile.saying(b"rubbish\r\n\r\n"),
    "silent": lambda server, sock: server.over.wait(2),
}


def written(caplog) -> str:
    shown = [JsonFormatter().format(record) for record in caplog.records]
    return "\n".join([*shown, *(str(record.__dict__) for record in caplog.records)])


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS.keys())
def test_no_canary_reaches_the_log(vendor, behaviour, caplog):
    caplog.set_level(logging.DEBUG)
    with hostile.server(behaviour) as server:
        outcome = vendor(server.url).submit(parcels.parcel(NUMBER, body=TEXT))

    lines = written(caplog)
    assert "gateways.exchange" in lines
    assert [canary for canary in CANARIES if canary in lines + repr(outcome)] == []


def test_a_line_tells_who_was_asked_what_and_what_came_of_it(caplog):
    with hostile.server(hostile.saying(hostile.answer(status="503 Busy"))) as server:
        HttpClient(server.url).exchange("send", "POST", "/x", query={"token": SECRET}, json={})

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.ids["operation"] == "send"
    assert record.ids["address"] == f"{server.url.removeprefix('http://')}/x"
    assert (record.ids["status"], record.ids["outcome"]) == (503, "answered")
    assert 0 <= record.ids["ms"] < 2000


def test_a_failure_is_told_by_kind(caplog):
    with pytest.raises(NeverSent):
        HttpClient(f"http://127.0.0.1:{hostile.unused_port()}").exchange("send", "POST", "/x")
    with hostile.server(hostile.saying(b"rubbish\r\n\r\n")) as server, pytest.raises(MaybeSent):
        HttpClient(server.url).exchange("send", "POST", "/x")

    outcomes = [record.ids["outcome"] for record in caplog.records]
    assert outcomes == ["NeverSent: connection refused", "MaybeSent: broken answer"]


def test_a_good_exchange_is_told_only_when_debugging(caplog):
    with hostile.server(hostile.saying(hostile.answer())) as server:
        client = HttpClient(server.url)
        client.exchange("send", "POST", "/x")
        assert caplog.records == []
        caplog.set_level(logging.DEBUG, "gateways.exchange")
        client.exchange("send", "POST", "/x")

    assert [record.levelname for record in caplog.records] == ["DEBUG"]


def test_a_declared_secret_is_blotted_out_of_a_path(caplog):
    with hostile.server(hostile.saying(hostile.answer(status="404 No"))) as server:
        client = HttpClient(server.url, secrets=[SECRET, ""])
        client.exchange("send", "POST", f"/{SECRET}/x")

    assert caplog.records[0].ids["address"].endswith("/***/x")


def test_a_query_in_a_configured_path_is_not_told(caplog):
    with hostile.server(hostile.saying(hostile.answer(status="404 No"))) as server:
        HttpClient(server.url).exchange("report", "GET", f"/x?anahtar={SECRET}")

    assert caplog.records[0].ids["address"].endswith("/x")
