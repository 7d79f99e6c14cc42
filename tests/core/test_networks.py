"""Networks: one spelling for each, and a word for what is none."""

import pytest

from smsmerkezi.core import networks


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.7 ", "192.0.2.7/32"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8:0::1", "2001:db8::1/128"),
        ("2001:db8::1/32", "2001:db8::/32"),
    ],
)
def test_every_spelling_has_one_normal_form(written, normal):
    assert networks.normalise(written) == normal
    assert networks.normalise(normal) == normal
    assert len(normal) <= networks.LONGEST


@pytest.mark.parametrize(
    "written",
    ["", "x", "192.0.2", "192.0.2.256", "192.0.2.7/33", "fe80::1%eth0", "fe80::%1/64", "1.2.3.4 5.6.7.8", "\x00",
     "192.0.2.7/-1", "localhost", "'; --", "9" * 500, "١٩٢.٠.٢.٧"],
)  # fmt: skip
def test_what_is_none_is_refused_and_named_shortly(written):
    with pytest.raises(networks.BadNetwork) as refused:
        networks.normalise(written)
    assert refused.value.field == "allowed_ips"
    assert len(refused.value.written) <= networks.LONGEST


@pytest.mark.parametrize(
    ("one", "others", "within"),
    [
        ("192.0.2.7/32", ["192.0.2.0/24"], True),
        ("192.0.2.0/24", ["192.0.2.0/24"], True),
        ("192.0.0.0/16", ["192.0.2.0/24"], False),
        ("192.0.2.7/32", ["198.51.100.0/24", "192.0.2.0/25"], True),
        ("2001:db8::1/128", ["192.0.2.0/24", "2001:db8::/32"], True),
        ("2001:db8::1/128", ["0.0.0.0/0"], False),
        ("192.0.2.7/32", [], False),
    ],
)
def test_one_lies_inside_others_or_not(one, others, within):
    assert networks.inside(one, others) is within
