"""Addresses that we may be asked to call."""

import pytest

from smsmerkezi.core import addresses

GOOD = [
    "https://example.com/wh",
    "https://example.com",
    "https://sub.example.com.tr/a/b?c=d#e",
    "https://EXAMPLE.com/wh",
    "https://example.com:443/wh",
    "https://example.com:8443/wh",
    "https://örnek.com.tr/çağrı",
    "https://xn--rnek-5qa.com/wh",
    "https://a_b.example.com/",
    "https://example.com./wh",
]
BAD = [
    "http://example.com/wh",
    "ftp://example.com/",
    "javascript:alert(1)",
    "//example.com/wh",
    "example.com/wh",
    "https://",
    "https:///wh",
    "https:example.com",
    "https://localhost/wh",
    "https://localhost./wh",
    "https://LOCALHOST/wh",
    "https://x.localhost/wh",
    "https://printer.local/",
    "https://db.internal/",
    "https://server/",
    "https://127.0.0.1/wh",
    "https://127.1/wh",
    "https://2130706433/wh",
    "https://0x7f000001/wh",
    "https://0x7f.1/wh",
    "https://0177.0.0.1/wh",
    "https://１２７.０.０.１/wh",
    "https://127。0。0。1/wh",
    "https://10.0.0.5/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://8.8.8.8/",
    "https://[::1]/wh",
    "https://[::ffff:127.0.0.1]/wh",
    "https://[fe80::1%25eth0]/",
    "https://[::1/wh",
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://:@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:80/",
    "https://example.com:22/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: x",
    "https://example.com\\@127.0.0.1/",
    "https://exam\x00ple.com/",
    "https://example..com/",
    "https://-example.com/",
    f"https://{'a' * 64}.com/",
    f"https://example.com/{'a' * 500}",
    "",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_public_name_over_https_is_one(url):
    addresses.check_public(url, field="url")


@pytest.mark.parametrize("url", BAD)
def test_everything_else_is_none(url):
    with pytest.raises(addresses.BadAddress) as refused:
        addresses.check_public(url, field="webhook_url")
    assert refused.value.field == "webhook_url"


def test_the_rule_that_is_broken_is_named():
    said = []
    for url in (
        "http://a.test",
        "https://u@a.test",
        "https://10.0.0.1",
        "https://a.test:81",
        "https://a b.test",
    ):
        with pytest.raises(addresses.BadAddress) as refused:
            addresses.check_public(url, field="url")
        said.append(refused.value.message)
    assert len(set(said)) == 5
    assert "https://" in said[0]
    assert "IP" in said[2]
