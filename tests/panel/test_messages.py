"""The list: filters, pages, and the two kinds of empty."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from smsmerkezi.core import clock
from tests import factories
from tests.panel.conftest import htmx, page


def listed(client, query=""):
    answer = client.get(f"/mesajlar{query}")
    assert answer.status_code == 200
    return [int(found) for found in re.findall(r'href="/mesajlar/(\d+)"', page(answer))]


def today(**delta):
    return clock.istanbul_day(timezone.now() + timedelta(**delta)).isoformat()


def test_a_new_firm_is_invited_to_send(operator):
    answer = page(operator.get("/mesajlar"))
    assert "Henüz mesaj yok" in answer
    assert 'href="/gonder"' in answer
    assert 'type="search" name="text" id="id_text"' not in answer


def test_a_viewer_of_a_new_firm_is_not(viewer):
    answer = page(viewer.get("/mesajlar"))
    assert "Henüz mesaj yok" in answer
    assert 'href="/gonder"' not in answer


def test_messages_are_newest_first_and_the_firms_own(operator, world):
    mine = [factories.sent(world.firm).pk for _ in range(3)]
    factories.sent(factories.tenant())
    assert listed(operator) == mine[::-1]


def test_a_row_says_what_is_worth_knowing(operator, world):
    factories.sent(world.firm, factories.number(1), factories.number(2), body="Ş" * 200)
    answer = page(operator.get("/mesajlar"))
    for words in ("SMSMERKEZI", "Kuyrukta", "API", 'class="num tight" data-label="SMS">4<'):
        assert words in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?text=randevu", ["a"]),
        ("?text=RANDEVU", ["a"]),
        ("?text=%25", []),
        ("?status=queued", ["a", "b", "c"]),
        ("?status=delivered", []),
        ("?source=api", ["a", "b", "c"]),
        ("?source=panel", []),
        ("?originator=SMSMERKEZI", ["a", "b", "c"]),
        ("?text=randevu&status=delivered", []),
    ],
)
def test_a_filter_narrows(operator, world, query, found):
    rows = {
        name: factories.sent(world.firm, body=body).pk
        for name, body in {"a": "Randevunuz yarın", "b": "Kargo", "c": "Kod"}.items()
    }
    assert sorted(listed(operator, query)) == sorted(rows[name] for name in found)


@pytest.mark.parametrize("spelling", ["0532 111 00 01", "+905321110001", "5321110001", "0090 532 111 0001"])
def test_a_number_finds_its_messages_in_every_spelling(operator, world, spelling):
    wanted = factories.sent(world.firm, "05321110001", "05321110002").pk
    factories.sent(world.firm, "05321110002")
    other = factories.tenant()
    factories.sent(other, "05321110001")
    answer = operator.get("/mesajlar", {"text": spelling})
    assert re.findall(r'href="/mesajlar/(\d+)"', page(answer)) == [str(wanted)]


def test_a_number_that_was_never_written_to_finds_nothing(operator, world):
    factories.sent(world.firm, "05321110001")
    assert listed(operator, "?text=05321119999") == []


def test_an_id_finds_its_message_and_nobody_elses(operator, world):
    mine, other = factories.sent(world.firm).pk, factories.sent(factories.tenant()).pk
    assert listed(operator, f"?text=%23{mine}") == [mine]
    assert listed(operator, f"?text=%23{other}") == []
    assert listed(operator, "?text=%23" + "9" * 30) == []


def test_days_are_istanbuls_and_both_ends_count(operator, world):
    message = factories.sent(world.firm).pk
    assert listed(operator, f"?first={today()}&last={today()}") == [message]
    assert listed(operator, f"?first={today(days=1)}") == []
    assert listed(operator, f"?last={today(days=-1)}") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?first=2026-02-02&last=2026-01-01", "Başlangıç bitişten sonra olamaz."),
        ("?first=dün", "Tarih geçersiz."),
        ("?status=uçtu", "Geçerli bir seçenek"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_in_words(operator, world, query, sentence):
    factories.sent(world.firm)
    answer = page(operator.get(f"/mesajlar{query}"))
    assert sentence in answer or "Düzeltilmesi gerekenler" in answer


def test_the_chosen_days_are_said_in_words(operator, world):
    factories.sent(world.firm)
    assert "22.11.2026 – 30.11.2026" in page(operator.get("/mesajlar?first=2026-11-22&last=2026-11-30"))
    assert "… – 30.11.2026" in page(operator.get("/mesajlar?last=2026-11-30"))


def test_nothing_matches_is_not_nothing_yet(operator, world):
    factories.sent(world.firm)
    answer = page(operator.get("/mesajlar?text=yok-böyle-bir-metin"))
    assert "Filtreye uyan kayıt yok" in answer
    assert "Filtreleri temizle" in answer
    assert 'value="yok-böyle-bir-metin"' in answer


def test_pages_go_back_and_forth_without_losing_or_repeating_a_row(operator, world):
    everything = [factories.sent(world.firm, body="sayfa").pk for _ in range(60)][::-1]
    seen, path = [], "?text=sayfa"
    forward = []
    while path:
        answer = page(operator.get(f"/mesajlar{path}"))
        forward.append(re.findall(r'href="/mesajlar/(\d+)"', answer))
        seen += map(int, forward[-1])
        older = re.search(r'rel="next" href="([^"]+)"', answer)
        path = older[1].replace("&amp;", "&") if older else None
    assert seen == everything
    assert [len(rows) for rows in forward] == [25, 25, 10]
    newer = re.search(r'rel="prev" href="([^"]+)"', answer)[1].replace("&amp;", "&")
    assert re.findall(r'href="/mesajlar/(\d+)"', page(operator.get(f"/mesajlar{newer}"))) == forward[1]
    assert "text=sayfa" in newer


def test_a_cursor_that_is_none_is_refused_in_words(operator, world):
    answer = operator.get("/mesajlar?cursor=zzz")
    assert answer.status_code == 400
    assert "Listenin başından başlayın" in page(answer)


def test_script_gets_the_table_alone(operator, world):
    factories.sent(world.firm)
    answer = page(htmx(operator, "get", "/mesajlar"))
    assert "<table" in answer
    assert "<html" not in answer


def test_the_list_costs_the_same_queries_for_one_row_and_for_many(operator, world, django_assert_num_queries):
    factories.sent(world.firm)
    operator.get("/mesajlar")
    for _ in range(20):
        factories.sent(world.firm)
    # session, when it was seen, user with its firm in two, names, rows, balance, bell
    with django_assert_num_queries(8):
        operator.get("/mesajlar")
