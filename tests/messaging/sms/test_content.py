"""What a commercial text lacks is told, in whatever letters it is written."""

import pytest

from messaging.sms import content

FIRM = "Örnek Giyim Ltd. Şti."


@pytest.mark.parametrize(
    "body",
    [
        "ÖRNEK GİYİM kasım indirimi! RET yazıp 3399'a gönderin.",
        "Örnek'te %50 indirim. Reddetmek için: RED yaz 4609 a gönder",
        "ornek giyim: iptal icin ornekgiyim.com/iptal",
        "Giyimde fırsat! İPTAL için 0850 111 22 33",
    ],
)
def test_a_whole_text_lacks_nothing(body):
    assert content.warnings(body, firm=FIRM) == []


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ("Örnek Giyim'de indirim", [content.NO_WAY_OUT]),
        ("Örnek Giyim'de indirim, RET yazın", [content.NO_WAY_OUT]),
        ("Kasım indirimi! RET yazıp 3399'a gönderin.", [content.NAMELESS]),
        ("Fırsat: sti as ltd 3399", [content.NO_WAY_OUT, content.NAMELESS]),
        ("Kredili fırsat 3399", [content.NO_WAY_OUT, content.NAMELESS]),
        ("", []),
    ],
)
def test_what_is_missing_is_named(body, lacks):
    assert content.warnings(body, firm=FIRM) == lacks


def test_the_sender_id_is_a_name_too():
    assert content.warnings("ORNEKGYM: RET 3399", firm="Başka A.Ş.", originator="ORNEKGYM") == []
