"""Templates: kept, found, filled in; never run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.sms import templates
from messaging.sms.models import Template
from messaging.sms.templates import Details
from smsmerkezi.core import changes
from smsmerkezi.core.errors import Forbidden, NotFound, Several
from tenants.models import AuditEntry
from tests import factories

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True)


@pytest.fixture
def firm(db):
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def made(by, name: str = "Hoş geldin", body: str = "Merhaba {{ad}}", **fields) -> Template:
    return templates.create(by=by, details=Details(name, body, **fields))


class TestATemplate:
    def test_is_kept_as_it_is_written(self, firm, by):
        body = "Merhaba  {{ad}},\nsaat {{ saat }}’te bekliyoruz. "
        kept = made(by, "  Randevu \t hatırlatma ", body, is_active=False)
        kept.refresh_from_db()
        assert (str(kept), kept.body, kept.is_active) == ("Randevu hatırlatma", body, False)
        entry = AuditEntry.objects.get(action="template.created")
        assert (entry.tenant_id, entry.entity_id, entry.meta, entry.changes) == (firm.pk, kept.pk, {}, {})

    @pytest.mark.parametrize(
        ("name", "body", "codes"),
        [
            ("", "x", ["invalid-template-name"]),
            ("  ", "x", ["invalid-template-name"]),
            ("a" * 101, "x", ["invalid-template-name"]),
            ("a\x00", "x", ["invalid-template-name"]),
            ("a", "", ["invalid-template-body"]),
            ("a", " \n ", ["invalid-template-body"]),
            ("a", "x" * 1531, ["invalid-template-body"]),
            ("a", "x\ud800", ["invalid-template-body"]),
            ("", "", ["invalid-template-name", "invalid-template-body"]),
        ],
    )
    def test_has_a_name_and_a_text_that_fit(self, by, name, body, codes):
        with pytest.raises(Several) as refused:
            made(by, name, body)
        assert [fault.code for fault in refused.value.each] == codes
        assert not Template.objects.exists()

    def test_may_be_as_long_as_ten_parts(self, by):
        assert made(by, "a" * 100, "x" * 1530).pk

    def test_has_its_name_alone_in_its_firm(self, by):
        made(by)
        with pytest.raises(templates.NameKnown):
            made(by)
        made(factories.actor(factories.tenant(credits=0, sender="")))
        assert Template.objects.count() == 2

    def test_changes_with_a_trail_that_does_not_tell_the_text(self, by):
        kept = made(by)
        templates.change(by=by, template_id=kept.pk, details=Details("Yeni", "Başka", is_active=False))
        told = AuditEntry.objects.get(action="template.updated").changes
        assert told == {
            "name": ["Hoş geldin", "Yeni"],
            "body": [changes.HIDDEN, changes.HIDDEN],
            "is_active": [True, False],
        }

    def test_that_does_not_change_leaves_no_trail(self, by):
        kept = made(by)
        templates.change(by=by, template_id=kept.pk, details=Details(kept.name, kept.body))
        assert not AuditEntry.objects.filter(action="template.updated").exists()

    def test_cannot_take_another_one_s_name(self, by):
        made(by, "bir")
        kept = made(by, "iki")
        with pytest.raises(templates.NameKnown):
            templates.change(by=by, template_id=kept.pk, details=Details("bir", "x"))

    def test_goes(self, by):
        templates.remove(by=by, template_id=made(by).pk)
        assert not Template.objects.exists()
        assert AuditEntry.objects.filter(action="template.deleted").exists()

    def test_is_one_of_so_many(self, by, monkeypatch):
        monkeypatch.setattr(templates, "MOST", 1)
        made(by)
        with pytest.raises(templates.TooMany):
            made(by, "bir daha")

    def test_that_breaks_another_rule_of_the_table_is_a_bug(self, by, monkeypatch):
        monkeypatch.setattr(templates, "_checked", lambda _: {"name": "", "body": "x"})
        with pytest.raises(templates.IntegrityError):
            made(by)

    @pytest.mark.parametrize("verb", [templates.find, templates.remove])
    def test_of_another_firm_is_not_there(self, by, verb):
        kept = made(factories.actor(factories.tenant(credits=0, sender="")))
        with pytest.raises(NotFound, match=r"Sablon bulunamadi\."):
            verb(by=by, template_id=kept.pk)

    def test_is_read_and_not_written_by_viewers(self, firm, by):
        viewer, kept = factories.actor(firm, role="viewer"), made(by)
        assert templates.find(by=viewer, template_id=kept.pk) == kept
        for call in (
            lambda: made(viewer, "x"),
            lambda: templates.remove(by=viewer, template_id=kept.pk),
            lambda: templates.change(by=viewer, template_id=kept.pk, details=Details("y", "y")),
        ):
            with pytest.raises(Forbidden):
                call()


class TestTheSearch:
    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("randevu", ["Randevu"]),
            ("RANDEVUNUZ yarın", ["Randevu"]),
            ("kargo", ["Kargo", "Randevu"]),
            ("şubemiz", ["Kargo"]),
            ("SUBEMIZ", ["Kargo"]),
            ("yok", []),
            ("%", []),
            ("_", []),
            ("", ["Kargo", "Randevu"]),
        ],
    )
    def test_looks_into_name_and_text_in_any_spelling(self, firm, by, typed, names):
        made(by, "Randevu", "Randevunuz yarın. Kargo değil.")
        made(by, "Kargo", "Kargonuz şubemizde.")
        made(factories.actor(factories.tenant(credits=0, sender="")), "Randevu", "Kargo")
        assert sorted(templates.of(firm, search=typed).values_list("name", flat=True)) == names

    def test_and_the_counts_are_of_one_firm(self, firm, by):
        made(by, "bir")
        made(by, "iki", is_active=False)
        made(factories.actor(factories.tenant(credits=0, sender="")))
        assert templates.counts(firm) == {"total": 2, "active": 1, "inactive": 1}


class TestFillingIn:
    @pytest.mark.parametrize(
        ("body", "names"),
        [
            ("Merhaba {{name}}, hosgeldiniz.", ["name"]),
            ("{{ b }} {{a}} {{b}}", ["b", "a"]),
            ("{{1a}} {{a-b}} {{}} {{ad ı}} {name} {{{x}}}", ["x"]),
            ("{% load x %} {{settings.SECRET_KEY}}", []),
            ("{{şehir}}", []),
        ],
    )
    def test_knows_the_contracts_placeholders_only(self, body, names):
        assert templates.variables(body) == names

    def test_puts_values_in_as_they_are(self):
        told = templates.filled("{{ad}} {{soyad}} {{x}}", {"ad": "{{soyad}}", "soyad": r"\1 {% now %}"})
        assert told == r"{{soyad}} \1 {% now %} "

    @given(st.dictionaries(NAMES, st.text(), max_size=4), st.text())
    def test_fills_in_whatever_there_is(self, values, tail):
        body = "".join(f"{{{{{name}}}}}|" for name in values) + tail
        rest = templates.filled(tail, values)
        assert templates.filled(body, values) == "".join(f"{value}|" for value in values.values()) + rest

    @pytest.mark.parametrize(
        ("body", "encoding"), [("Merhaba", "gsm7"), ("Şıklık", "gsm7"), ("Привет", "ucs2"), ("😀", "ucs2")]
    )
    def test_the_encoding_is_that_of_the_text(self, body, encoding):
        assert templates.encoding(body) == encoding
