"""XLSX, as Excel shows it; and archives that mean harm."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from messaging.files import sheet_book, sheet_strings, sheet_xlsx, sheets, unreadable
from tests.messaging.files.tables import BOOK, cells, packed, read, xlsx

NAME = "liste.xlsx"
SHARED_ROW = '<row r="1"><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row>'
SHARED = {
    "sharedStrings.xml": (
        "<sst><si><t>Ömer</t></si><si><r><t>Çağrı </t></r><r><t>Işık</t></r><rPh><t>okunuş</t></rPh></si>"
        "<si><t>_x0041_</t></si></sst>"
    )
}


def only(value, shown=None):
    return cells(xlsx([[value]], {"A1": shown} if shown else None), NAME)[0][0]


class TestACell:
    @pytest.mark.parametrize(
        ("value", "shown", "text"),
        [
            ("Çağrı", None, "Çağrı"),
            (905551112233, None, "905551112233"),
            (5551112233, "0000000000", "5551112233"),
            (5551112233, "00000000000", "05551112233"),
            (-3, "000", "-03"),
            (12.5, None, "12,5"),
            (1e20, None, "1e+20"),
            (True, None, "DOĞRU"),
            (False, None, "YANLIŞ"),
            (date(2026, 11, 22), None, "22.11.2026"),
            (datetime(2026, 11, 22, 14, 30), None, "22.11.2026 14:30"),
            (datetime(2026, 11, 22, 14, 30), "dd/mm/yyyy", "22.11.2026"),
            (time(9, 5), None, "09:05"),
            (0.5, '"saat" hh:mm', "12:00"),
            (12, '0 "gün"', "12"),
            (12, "[$₺-41F]0.00", "12"),
            (-1, "dd.mm.yyyy", "-1"),
            ("_x0041_\u00a0_x000D_", None, "A\u00a0\r"),
        ],
    )
    def test_reads_as_it_is_shown(self, value, shown, text):
        assert only(value, shown) == text

    def test_of_text_points_to_the_shared_ones(self):
        assert cells(packed(SHARED_ROW, **SHARED), NAME) == [["Çağrı Işık", "Ömer", "A"]]

    def test_that_points_to_a_text_that_is_too_long_is_refused(self):
        long = {"sharedStrings.xml": f"<sst><si><t>{'x' * 2001}</t></si><si><t>ok</t></si></sst>"}
        assert cells(packed('<row><c t="s"><v>1</v></c></row>', **long), NAME) == [["ok"]]
        with pytest.raises(unreadable.CellTooLong):
            read(packed('<row><c t="s"><v>0</v></c></row>', **long), NAME)

    def test_may_be_an_error_a_formula_s_result_or_text_in_place(self):
        row = (
            '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="str"><f>A2</f><v>sonuç</v></c>'
            '<c r="C1" t="inlineStr"><is><r><t>iki </t></r><r><t>parça</t></r><rPh><t>okunuş</t></rPh></is></c>'
            '<c t="d"><v>2026-11-22T08:00:00</v></c><c t="d"><v>2026-11-22</v></c><c t="d"><v>dün</v></c><c><v>x</v></c></row>'
        )
        assert cells(packed(row), NAME) == [
            ["#N/A", "sonuç", "iki parça", "22.11.2026 08:00", "22.11.2026", "dün", "x"]
        ]

    def test_has_two_thousand_characters_at_most(self):
        assert only("x" * 2000) == "x" * 2000
        for data in (xlsx([["x" * 2001]]), packed(f'<row><c t="str"><v>{"x" * 2001}</v></c></row>')):
            with pytest.raises(unreadable.CellTooLong) as refused:
                read(data, NAME)
            assert refused.value.row == 1

    def test_of_1904_counts_from_there(self):
        book = BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
        styles = '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
        data = packed('<row><c s="0"><v>1</v></c></row>', **{"workbook.xml": book, "styles.xml": styles})
        assert cells(data, NAME) == [["02.01.1904"]]


class TestARow:
    def test_has_the_number_that_excel_shows(self):
        data = packed('<row r="3"><c r="B3"><v>1</v></c></row><row r="9"/><row><c><v>2</v></c></row>')
        assert read(data, NAME) == [(3, ["", "1"]), (10, ["2"])]
        assert read(data, NAME, skip=3) == [(10, ["2"])]

    def test_may_have_a_prefix(self):
        data = packed('<x:row r="1" xmlns:x="y"><x:c r="A1"><x:v>7</x:v></x:c></x:row>')
        assert cells(data, NAME) == [["7"]]

    def test_is_of_the_first_sheet_that_is_not_hidden(self):
        book = Workbook()
        book.active.append(["gizli"])
        book.active.sheet_state = "hidden"
        book.create_sheet().append(["görünen"])
        out = io.BytesIO()
        book.save(out)
        assert cells(out.getvalue(), NAME) == [["görünen"]]

    def test_has_two_hundred_columns_at_most(self):
        assert len(cells(xlsx([["x"] * 200]), NAME)[0]) == 200
        with pytest.raises(unreadable.TooWide):
            read(xlsx([["x"] * 201]), NAME)

    def test_may_be_formatted_far_beyond(self):
        assert cells(packed('<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1" s="1"/></row>'), NAME) == [["1"]]

    text = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)
    text = text.filter(lambda text: not text.startswith(("=", "#")))  # formulas and errors

    @settings(max_examples=30)
    @given(
        st.lists(
            st.lists(st.one_of(text, st.integers(-(10**12), 10**12)), min_size=1, max_size=5),
            min_size=1,
            max_size=20,
        )
    )
    def test_reads_as_another_reader_does(self, table):
        data = xlsx(table)
        sheet = load_workbook(io.BytesIO(data)).active
        theirs = [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]

        ours = [row.cells for row in sheets.rows(io.BytesIO(data), sheets.Layout("xlsx"))]

        assert ours == [_bare(row) for row in theirs if any(row)]


def _bare(row):
    while row and not row[-1]:
        row = row[:-1]
    return row


class TestAnArchive:
    def test_of_a_sheet_with_cells_in_its_corners_takes_no_memory(self):
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="GR1048576"><v>2</v></c></row>'
        tracemalloc.start()
        assert [number for number, _ in read(packed(rows), NAME)] == [1, 1048576]
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024**2
        tracemalloc.stop()

    def test_that_unpacks_to_a_thousand_times_its_size_is_refused_unopened(self):
        with pytest.raises(unreadable.Bomb):
            read(packed("<row/>", **{"worksheets/sheet1.xml": b"\0" * 30 * 1024**2}), NAME)

    def test_may_hold_only_so_much(self, monkeypatch):
        monkeypatch.setattr(sheet_xlsx, "OPENED", 100)
        with pytest.raises(unreadable.Bomb):
            read(xlsx([["x"]]), NAME)

    def test_may_hold_only_so_many_texts(self, monkeypatch):
        monkeypatch.setattr(sheet_strings, "TEXTS", 3)
        with pytest.raises(unreadable.Bomb):
            read(packed(SHARED_ROW, **SHARED), NAME)

    def test_may_hold_only_so_large_a_description(self, monkeypatch):
        monkeypatch.setattr(sheet_book, "LARGEST", 3)
        with pytest.raises(unreadable.Bomb):
            read(xlsx([["x"]]), NAME)

    def test_that_is_locked_is_said_to_be(self):
        data = bytearray(packed("<row/>"))
        for at in (data.find(b"PK\x03\x04") + 6, data.rfind(b"PK\x01\x02") + 8):
            data[at] |= 1
        with pytest.raises(unreadable.Locked):
            read(bytes(data), NAME)

    def test_of_something_else_is_said_to_be(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", "<a/>")
        with pytest.raises(unreadable.OldFormat):
            read(out.getvalue(), NAME)

    def test_without_rows_is_empty(self):
        with pytest.raises(unreadable.Empty):
            read(packed(), NAME)

    @pytest.mark.parametrize(
        "parts",
        [
            {"worksheets/sheet1.xml": None},
            {"worksheets/sheet1.xml": "<row>"},
            {"worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><row/>'},
            {"worksheets/sheet1.xml": '<row r="' + "1" * 3 * 1024**2},
            {"worksheets/sheet1.xml": '<s><row r="5"/><row r="4"/></s>'},
            {"worksheets/sheet1.xml": '<s><row r="x"/></s>'},
            {"worksheets/sheet1.xml": "<c><row><v>1</v></row></c>"},
            {"worksheets/sheet1.xml": '<s><row r="1048577"/></s>'},
            {"worksheets/sheet1.xml": '<row><c r="1"><v>1</v></c></row>'},
            {"worksheets/sheet1.xml": '<row><c r="ZZZZ1"><v>1</v></c></row>'},
            {"worksheets/sheet1.xml": '<row><c t="s"><v>7</v></c></row>'},
            {
                "worksheets/sheet1.xml": '<row><c t="s"><v>-1</v></c></row>',
                "sharedStrings.xml": "<sst><si><t>a</t></si></sst>",
            },
            {"sharedStrings.xml": "<sst>"},
            {"sharedStrings.xml": "<!DOCTYPE a><sst/>"},
            {"sharedStrings.xml": '<sst a="' + "x" * 3 * 1024**2},
            {"workbook.xml": "<workbook/>"},
            {"workbook.xml": "<workbook"},
            {"workbook.xml": "<!DOCTYPE a><workbook/>"},
            {"_rels/workbook.xml.rels": None},
            {"styles.xml": '<a><numFmt numFmtId="x"/></a>'},
        ],
    )
    def test_that_is_broken_is_said_to_be(self, parts):
        with pytest.raises(unreadable.Unreadable) as refused:
            read(packed('<row r="1"><c><v>1</v></c></row>', **parts), NAME)
        assert refused.value.code in {"file-broken", "file-bomb"}

    def test_is_known_by_its_first_bytes_alone(self):
        assert sheets.guess(xlsx([["Telefon"]])[:100], NAME) == sheets.Layout("xlsx", header=True)
