"""CSV and TXT: what Excel, phones and other programs write, and what is no table."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.files import sheet_text, sheets, unreadable
from tests.messaging.files.tables import cells, read

TURKISH = "Telefon;Ad;Şehir\n05551112233;Çağrı Işık;İğdır\n05551112244;Ömer Güneş;Şırnak\n"
ROWS = [
    ["Telefon", "Ad", "Şehir"],
    ["05551112233", "Çağrı Işık", "İğdır"],
    ["05551112244", "Ömer Güneş", "Şırnak"],
]


class TestAnEncoding:
    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1254"])
    def test_of_those_that_excel_writes_is_told_from_the_bytes(self, codec):
        assert cells(TURKISH.encode(codec)) == ROWS

    def test_with_its_mark_the_other_way_round(self):
        assert cells(codecs.BOM_UTF16_BE + TURKISH.encode("utf-16-be")) == ROWS

    def test_is_told_by_a_letter_however_far_down(self):
        data = TURKISH.replace("Ç", "C").encode(
            "ascii", "replace"
        ) * 60_000 + "05551112255;Şükrü;İzmir\n".encode("cp1254")

        assert len(data) > 2 * 1024**2
        assert read(data)[-1][1] == ["05551112255", "Şükrü", "İzmir"]

    @pytest.mark.parametrize(("first", "then"), [("utf-8", "cp1254"), ("cp1254", "utf-8")])
    @pytest.mark.parametrize("plain", [3, 90_000])
    def test_that_changes_half_way_is_refused_with_the_row(self, first, then, plain):
        line = "05551112233;Ayşe\n"
        data = line.encode(first) + line.replace("ş", "s").encode() * plain + line.encode(then)

        with pytest.raises(unreadable.MixedEncoding) as refused:
            read(data)

        assert refused.value.row == plain + 2
        assert f"Satır {plain + 2}:" in refused.value.message

    def test_that_changes_behind_what_was_looked_at_is_refused_while_reading(self):
        line = "05551112233;Ayşe\n".encode()
        layout = sheets.guess(line * 10, "liste.csv")

        read_so_far = []
        with pytest.raises(unreadable.MixedEncoding) as refused:
            read_so_far.extend(sheets.rows(io.BytesIO(line * 5000 + b"0555;\xfe\n"), layout))

        assert refused.value.row == 5001

    def test_of_a_head_that_ends_within_a_letter(self):
        assert (
            sheets.guess("05551112233;Ayşe\n05551112244;Ş".encode()[:-1], "liste.csv").encoding == "utf-8-sig"
        )


class TestADelimiter:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_is_the_one_that_cuts_evenly(self, delimiter):
        assert cells(TURKISH.replace(";", delimiter).encode()) == ROWS

    def test_is_no_comma_within_a_number(self):
        assert cells(b"Telefon\n9,05E+11\n9,05551112233E+11\n") == [
            ["Telefon"],
            ["9,05E+11"],
            ["9,05551112233E+11"],
        ]

    def test_is_no_comma_within_an_address(self):
        data = b"Telefon;Adres\n05551112233;A Sokak, 1\n05551112244;B Sokak, 2, Kat 3\n"
        assert [len(row) for row in cells(data)] == [2, 2, 2]

    def test_does_not_matter_where_there_is_one_column(self):
        assert cells(b"05551112233\n05551112244\n") == [["05551112233"], ["05551112244"]]


class TestAQuote:
    def test_holds_delimiters_quotes_and_lines_together(self):
        data = b'Telefon;Not\n05551112233;"a;b ""c""\r\nd"\n05551112244;e\n'

        assert read(data)[1:] == [(2, ["05551112233", 'a;b "c"\r\nd']), (3, ["05551112244", "e"])]

    def test_that_never_ends_is_refused_with_its_row(self):
        data = b"05551112233;a\n" * 3 + b'05551112233;"a\n' + b"05551112233;a\n" * 20_000

        with pytest.raises(unreadable.RowTooLong) as refused:
            read(data)

        assert refused.value.row == 4

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
                min_size=2,
                max_size=5,
            ),
            max_size=30,
        )
    )
    def test_reads_as_the_csv_module_does(self, table):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(table)
        layout = sheets.Layout("csv", "utf-8", ";")

        found = [row.cells for row in sheets.rows(io.BytesIO(out.getvalue().encode()), layout)]

        assert found == [row for row in table if any(row)]


class TestARow:
    def test_has_the_number_that_excel_shows(self):
        assert [number for number, _ in read(b"Telefon;Ad\n\n;;\n05551112233;A\n")] == [1, 4]

    def test_above_a_place_is_what_is_read_again(self):
        data = b"Telefon\n" + b"05551112233\n" * 9
        assert [number for number, _ in read(data, skip=7)] == [8, 9, 10]

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_ends_as_any_system_ends_it(self, ending):
        data = ending.join(["Telefon;Ad", "05551112233;A", "05551112244;B"]).encode()
        assert [number for number, _ in read(data)] == [1, 2, 3]

    def test_is_cut_nowhere_by_blocks(self, monkeypatch):
        expected = cells(TURKISH.encode() * 20)
        for size in range(1, 40):
            monkeypatch.setattr(sheet_text, "BLOCK", size)
            monkeypatch.setattr(sheet_text, "RECORD", 400)
            layout = sheets.Layout("csv", "utf-8", ";")
            assert [row.cells for row in sheets.rows(io.BytesIO(TURKISH.encode() * 20), layout)] == expected

    @pytest.mark.parametrize(("width", "fits"), [(200, True), (201, False), (1_000_000, False)])
    def test_has_two_hundred_columns_at_most(self, width, fits):
        data = b"a;b\n" + b";".join([b"1"] * width) + b"\n"
        if fits:
            assert len(cells(data)[1]) == width
        else:
            with pytest.raises((unreadable.TooWide, unreadable.RowTooLong)) as refused:
                read(data)
            assert refused.value.row == 2

    @pytest.mark.parametrize("cell", ["x" * 2001, '"' + "x\n" * 1001 + '"'])
    def test_has_two_thousand_characters_a_cell_at_most(self, cell):
        with pytest.raises(unreadable.CellTooLong) as refused:
            read(f"a;b\n1;{cell}\n".encode())
        assert refused.value.row == 2
        assert cells(f"a;b\n1;{'x' * 2000}\n".encode())[1][1] == "x" * 2000

    def test_comes_a_million_times_and_a_hundred_thousand_at_most(self, monkeypatch):
        monkeypatch.setattr(sheet_text, "ROWS", 5)
        assert len(read(b"1\n" * 5)) == 5
        with pytest.raises(unreadable.TooManyRows):
            read(b"1\n" * 6)


class TestNoTable:
    @pytest.mark.parametrize("data", [b"", b"\n\r\n \t", b"\0\0", codecs.BOM_UTF8 + b"\n", b";;;\n;;\n"])
    def test_is_empty(self, data):
        with pytest.raises(unreadable.Empty):
            read(data)

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
            b"%PDF-1.7\n" + bytes(range(32)) * 40,
            b"\x7fELF" + b"\0" * 900 + b"x",
            b"\1\2\3\4\5\6\7" * 99,
        ],
    )
    def test_is_binary(self, data):
        with pytest.raises(unreadable.Binary):
            read(data)

    def test_is_binary_where_zeros_come_late(self):
        with pytest.raises(unreadable.Binary):
            read(b"05551112233;a\n" * 9000 + b"\0\0\n")

    def test_is_no_xlsx_by_its_name(self):
        with pytest.raises(unreadable.Binary):
            read(b"05551112233;a\n", "liste.xlsx")

    def test_is_locked_or_older_than_2007(self):
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100_000
        with pytest.raises(unreadable.Locked):
            read(old + "EncryptedPackage".encode("utf-16-le"), "liste.xlsx")
        with pytest.raises(unreadable.OldFormat):
            read(old, "liste.xls")


def test_a_layout_is_kept_as_json():
    layout = sheets.guess(io.BytesIO(TURKISH.encode()), "liste.csv")

    assert layout == sheets.Layout("csv", "utf-8-sig", ";", header=True)
    assert sheets.Layout.from_dict(layout.as_dict()) == layout


def test_a_sample_is_the_header_and_some_rows():
    layout = sheets.Layout("csv", "utf-8", ";", header=True)
    header, rows = sheets.sample(io.BytesIO(TURKISH.encode()), layout, 1)

    assert (header.cells, [row.number for row in rows]) == (ROWS[0], [2])
    assert sheets.sample(io.BytesIO(b"1;2\n"), sheets.Layout("csv", "utf-8", ";")) == (
        None,
        [(1, ["1", "2"])],
    )


def test_bytes_that_do_not_fit_their_layout_are_refused():
    with pytest.raises(sheets.Unreadable):
        list(sheets.rows(io.BytesIO(b"\xff"), sheets.Layout("csv", "utf-16-le", ";")))
