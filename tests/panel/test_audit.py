"""The trail in the panel: whose entries, in words, found again by who, what and when, and each with its seal."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from smsmerkezi.core import clock
from tenants import audit, firms
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.panel.conftest import entered, htmx, page

HERE = "/denetim"


@pytest.fixture
def admin(world):
    return entered(world.admin)


def noted(world, **fields):
    by = Actor(world.firm, fields.pop("user", world.admin), ip="192.0.2.7", user_agent="crm/1")
    return audit.record(
        by=by, **{"action": "contact.created", "entity_type": "Contact", "entity_id": 5, **fields}
    )


def listed(client, query=""):
    return [int(pk) for pk in re.findall(r'href="/denetim/(\d+)"', page(client.get(f"{HERE}{query}")))]


def sealed():
    """What a commit would do: entries get their links."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_a_row_says_who_did_what_to_what_from_where(admin, world):
    message = factories.sent(world.firm, by=Actor(world.firm, world.operator, ip="2001:db8::1"))
    answer = page(admin.get(HERE))
    row = answer[answer.index("<tbody") : answer.index("</tr>", answer.index("<tbody"))]
    assert world.operator.name in row
    assert "Mesaj gönderdi" in row
    assert f'href="/mesajlar/{message.pk}">Mesaj #{message.pk}' in row
    assert "2001:db8::1" in row


def test_who_acts_for_the_firm_and_what_nobody_did_are_told_apart(admin, world):
    audit.record(by=Actor(world.firm, factories.reviewer(), acting=True), action="webhook.updated")
    audit.record(by=None, tenant=world.firm, action="sms.quarantine")
    answer = page(admin.get(HERE))
    assert "SMS Merkezi" in answer
    assert "firma adına" in answer
    assert '<span class="muted">Sistem</span>' in answer
    assert "platform@ornek.test" not in answer


def test_an_action_without_words_and_an_object_without_a_page_are_shown_as_they_are(admin, world):
    noted(world, action="moon.landed", entity_type="Moon", entity_id=None)
    answer = page(admin.get(HERE))
    assert "moon.landed" in answer
    assert ">Moon</td>" in answer


def test_the_newest_is_first_and_only_ones_own_are_there(admin, world):
    first, second = noted(world), noted(world)
    foreign = audit.record(by=Actor(factories.tenant()), action="x")
    platform = audit.record(by=None, action="x")
    found = listed(admin)
    assert found[:2] == [second.pk, first.pk]
    assert not {foreign.pk, platform.pk} & set(found)


class TestFilters:
    def test_who(self, admin, world):
        mine = noted(world, user=world.viewer)
        noted(world)
        assert listed(admin, f"?user={world.viewer.pk}") == [mine.pk]
        assert f'<option value="{world.viewer.pk}" selected>' in page(
            admin.get(f"{HERE}?user={world.viewer.pk}")
        )

    def test_who_left_can_still_be_asked_for(self, admin, world):
        world.viewer.is_active, world.viewer.deleted_at = False, clock.now()
        world.viewer.save()
        assert f'<option value="{world.viewer.pk}">{world.viewer.name}</option>' in page(admin.get(HERE))

    def test_nobody_elses_people_are_offered(self, admin, world):
        stranger = factories.user(factories.tenant())
        assert stranger.name not in page(admin.get(HERE))
        assert "Düzeltilmesi gerekenler" in page(admin.get(f"{HERE}?user={stranger.pk}"))

    def test_what(self, admin, world):
        mine = noted(world, action="template.deleted")
        noted(world)
        assert listed(admin, "?action=template.deleted") == [mine.pk]

    def test_actions_are_offered_by_topic_in_words(self, admin):
        answer = page(admin.get(HERE))
        assert '<optgroup label="Giriş ve güvenlik">' in answer
        assert '<option value="login.failed">Giremedi</option>' in answer
        assert "failed_job" not in answer  # the platform's own

    def test_when(self, admin, world):
        entry = noted(world, action="template.deleted")
        today = clock.today()
        assert listed(admin, f"?action=template.deleted&first={today}&last={today}") == [entry.pk]
        assert listed(admin, f"?first={today + timedelta(days=1)}") == []
        assert listed(admin, f"?last={today - timedelta(days=1)}") == []
        assert "22.11.2026 – …" in page(admin.get(f"{HERE}?first=2026-11-22"))

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("?first=2026-02-02&last=2026-01-01", "Başlangıç bitişten sonra olamaz."),
            ("?first=dün", "Tarih geçersiz."),
            ("?action=uçtu", "Düzeltilmesi gerekenler"),
            ("?user=x", "Düzeltilmesi gerekenler"),
        ],
    )
    def test_one_that_makes_no_sense_is_told_in_words(self, admin, query, sentence):
        assert sentence in page(admin.get(f"{HERE}{query}"))

    def test_nothing_matches_is_not_nothing_yet(self, admin, world):
        answer = page(admin.get(f"{HERE}?action=template.deleted"))
        assert "Filtreye uyan kayıt yok" in answer
        assert "Filtreleri temizle" in answer
        with connection.cursor() as cursor:
            sealed()
            cursor.execute(
                "ALTER TABLE tenants_auditentry DISABLE TRIGGER append_only; DELETE FROM tenants_auditentry"
            )
        empty = page(admin.get(HERE))
        assert "Henüz kayıt yok" in empty
        assert 'name="first"' not in empty


def test_pages_keep_the_filters(admin, world):
    for _ in range(51):
        noted(world, action="template.deleted")
    answer = page(admin.get(f"{HERE}?action=template.deleted"))
    older = re.search(r'rel="next" href="([^"]+)"', answer)[1].replace("&amp;", "&")
    assert "action=template.deleted" in older
    assert len(listed(admin, "?action=template.deleted")) == 50
    assert len(listed(admin, older)) == 1
    assert 'rel="prev"' in page(admin.get(f"{HERE}{older}"))


def test_script_gets_the_table_alone(admin, world):
    noted(world)
    answer = page(htmx(admin, "get", HERE))
    assert "<table" in answer
    assert "<html" not in answer


def test_the_list_costs_the_same_queries_for_one_row_and_for_many(admin, world, django_assert_num_queries):
    admin.get(HERE)
    for user in (world.admin, world.viewer, world.operator) * 5:
        noted(world, user=user)
    with django_assert_num_queries(
        9
    ):  # session and its row here, user with its firm in two, people, entries, their people, balance, bell
        admin.get(HERE)


class TestOneEntry:
    def test_says_what_was_and_what_is(self, admin, world):
        details = firms.Details(name="Yeni Ad", gateway="mock", default_originator="", dlr_enabled=False)
        old = world.firm.name
        firms.change(by=Actor(None, factories.reviewer()), tenant_id=world.firm.pk, details=details)
        entry = AuditEntry.objects.of(world.firm).get(action="tenant.changed")
        answer = page(admin.get(f"{HERE}/{entry.pk}"))
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer))
        assert f"Ad {old} Yeni Ad" in text
        assert "İletim raporları sorulur Evet Hayır" in text
        assert f"Varsayılan başlık {factories.SENDER} –" in text
        assert "Firmayı değiştirdi" in answer

    def test_shows_its_details_whole_and_nothing_as_markup(self, admin, world):
        meta = {"campaign": "<script>alert(1)</script>", "n": [1, None]}
        entry = noted(world, meta=meta, changes={"options": [{"quiet": 0.3}, None], "x": ["<b>", 7]})
        answer = page(admin.get(f"{HERE}/{entry.pk}"))
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer
        assert "{&quot;quiet&quot;:0.3}" in answer
        assert ">&lt;b&gt;</td>" in answer
        for fact in ("192.0.2.7", "crm/1", world.admin.name, f"#{entry.pk}"):
            assert fact in answer

    def test_without_changes_it_says_so(self, admin, world):
        assert "Bu eylem bir alanı değiştirmedi" in page(admin.get(f"{HERE}/{noted(world).pk}"))

    def test_shows_its_place_and_that_it_fits(self, admin, world):
        entry = noted(world)
        sealed()
        answer = page(admin.get(f"{HERE}/{entry.pk}"))
        assert "Sağlam" in answer
        assert bytes(entry.link.hash).hex() in answer

    @pytest.mark.parametrize("which", ["first", "last"])
    def test_shows_that_it_was_changed(self, admin, world, which):
        noted(world)
        sealed()
        entry = getattr(AuditEntry.objects.of(world.firm).order_by("pk"), which)()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE tenants_auditentry DISABLE TRIGGER append_only")
            cursor.execute("UPDATE tenants_auditentry SET user_agent = 'x/2' WHERE id = %s", [entry.pk])
        assert "Uymuyor" in page(admin.get(f"{HERE}/{entry.pk}"))

    def test_shows_that_it_has_no_seal(self, admin, world):
        assert "Mühürlenmemiş" in page(admin.get(f"{HERE}/{noted(world).pk}"))

    def test_reads_in_english_too(self, admin, world):
        world.admin.language = "en"
        world.admin.save()
        entry = noted(world, changes={"role": ["viewer", "admin"], "is_active": [False, True]})
        answer = page(admin.get(f"{HERE}/{entry.pk}"))
        for word in ("Added a contact", "Before", "After", "Role", "Active", "Yes", "Seal"):
            assert word in answer
        assert "Kişi ekledi" not in answer

    def test_another_firms_is_not_there(self, stranger, world):
        entry = noted(world)
        for raw in (entry.pk, 999999999, "x"):
            answer = stranger.get(f"{HERE}/{raw}")
            assert answer.status_code == 404
            assert "Aradığınız bulunamadı" in page(answer)

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_is_for_administrators(self, world, role):
        client = entered(getattr(world, role))
        assert client.get(f"{HERE}/{noted(world).pk}").status_code == 403
        assert 'href="/denetim"' not in page(client.get("/mesajlar"))


def test_an_administrator_finds_the_way(admin):
    assert 'href="/denetim"' in page(admin.get("/mesajlar"))
