"""Whatever the bytes: rows, or one clear refusal."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.files import sheets
from tests.messaging.files.tables import packed, xlsx

GOOD = {
    "liste.csv": 'Telefon;Ad\n05551112233;"Ayşe ""A"" Işık"\n05551112244;Ömer\n'.encode(),
    "u16.txt": "Telefon\tAd\n05551112233\tAyşe\n".encode("utf-16"),
    "liste.xlsx": xlsx([["Telefon", "Ad"], [905551112233, "Ayşe"], [905551112244, "Ömer"]]),
    "bare.xlsx": packed('<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'),
}


def survives(data: bytes, name: str) -> None:
    for head in (io.BytesIO(data), data):
        try:
            layout = sheets.guess(head, name)
            found = list(sheets.rows(io.BytesIO(data), layout))
        except sheets.Unreadable:
            continue
        texts = [cell for row in found for cell in row.cells]
        assert all(len(row.cells) <= 200 for row in found)
        assert all(isinstance(text, str) and len(text) <= 2000 and "\0" not in text for text in texts)


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    ),
    st.sampled_from(sorted(GOOD)),
)
def test_random_bytes(data, name):
    survives(data, name)


@settings(max_examples=300)
@given(st.data())
def test_good_files_with_some_bytes_changed_cut_or_doubled(data):
    name = data.draw(st.sampled_from(sorted(GOOD)))
    spoilt = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "double"]))
        if how == "set":
            spoilt[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del spoilt[at : at + data.draw(st.integers(1, 20))]
        else:
            spoilt[at:at] = spoilt[at : at + data.draw(st.integers(1, 40))]
        if not spoilt:
            break
    survives(bytes(spoilt), name)


@settings(max_examples=2000)
@given(
    st.recursive(
        st.sampled_from(["1", "x", "<v>2</v>", '<c r="B2" t="s"><v>0</v></c>']),
        lambda inner: st.builds(
            "<{0}{1}>{2}</{0}>".format,
            st.sampled_from(["row", "c", "v", "t", "is", "rPh", "si"]),
            st.sampled_from(["", ' r="1"', ' r="A1"', ' t="s"', ' t="d"', ' s="4"', ' s="-1"', ' s="x"']),
            inner,
        ),
    )
)
def test_any_markup_in_a_sheet(markup):
    survives(packed(markup), "liste.xlsx")
