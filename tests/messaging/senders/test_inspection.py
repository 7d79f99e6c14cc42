"""Looking into documents: what is taken, what of it is kept, and that no file brings more down than itself."""

import io
import subprocess
import sys
from types import SimpleNamespace

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from messaging.senders import documents, inspection
from messaging.senders.inspection import Refused
from tests.messaging.senders import papers

INSPECTED = {"document-broken", "document-pixels", "document-encrypted", "document-pages", "document-active"}
BAD = {name: bad for name, bad in papers.BAD.items() if bad[1] in INSPECTED}


def kind_of(name: str) -> str:
    return documents.ENDINGS[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize("name", papers.GOOD)
def test_good_ones_are_kept_and_open(name):
    kind = kind_of(name)
    kept = inspection.cleaned(papers.GOOD[name](), kind)
    if kind == "pdf":
        assert kept == papers.GOOD[name]()  # as it was: it may be signed
    else:
        Image.open(io.BytesIO(kept), formats=[inspection.FORMATS[kind]]).load()


@pytest.mark.parametrize("name", BAD)
def test_bad_ones_are_refused_for_what_they_are(name):
    made, code = BAD[name]
    with pytest.raises(Refused, match=code):
        inspection.cleaned(made(), kind_of(name))


def test_a_kind_is_told_by_the_first_bytes_alone():
    with pytest.raises(Refused, match="document-type"):
        inspection.cleaned(papers.picture(), "jpg")


def test_a_picture_loses_everything_but_the_picture():
    dirty = papers.photo() + papers.HTML
    kept = inspection.cleaned(dirty, "jpg")
    for hidden in (b"GIZLI", b"Exif", b"<script>"):
        assert hidden in dirty
        assert hidden not in kept
    assert Image.open(io.BytesIO(kept)).size == (30, 40)  # turned as its EXIF said


def test_a_picture_with_a_file_behind_it_loses_the_file():
    kept = inspection.cleaned(papers.picture() + b"PK\x03\x04" + papers.HTML, "png")
    assert b"PK\x03\x04" not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


def test_a_large_picture_is_kept_smaller():
    kept = inspection.cleaned(papers.picture("PNG", (6000, 10), "L"), "png")
    assert Image.open(io.BytesIO(kept)).size[0] == inspection.WIDE


def test_objects_that_inflate_beyond_measure_are_refused():
    bomb = papers.packed(4 * 1024**2)
    assert len(bomb) < 6000
    inspection.check_pdf(bomb)
    before = pikepdf.settings.set_qpdf_limits(flate_max_memory=1024**2)
    try:
        with pytest.raises(Refused, match="document-broken"):
            inspection.check_pdf(bomb)
    finally:
        pikepdf.settings.set_qpdf_limits(**before)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["pdf", "jpg", "png"]))
def test_whatever_is_cut_or_changed_is_kept_or_refused(data, kind):
    whole = {"pdf": papers.pdf, "jpg": papers.photo, "png": papers.picture}[kind]()
    held = bytearray(whole[: data.draw(st.integers(9, len(whole)))])
    for at in data.draw(st.lists(st.integers(8, len(held) - 1), max_size=4)):
        held[at] = data.draw(st.integers(0, 255))
    assert outcome(bytes(held), kind) in {inspection.KEPT, *documents.REFUSALS}


def outcome(data: bytes, kind: str) -> str:
    try:
        inspection.cleaned(data, kind)
    except Refused as refusal:
        return str(refusal)
    return inspection.KEPT


@pytest.mark.parametrize(("name", "first"), [("logo.png", b"kept"), ("yarim.png", b"document-broken")])
def test_the_child_says_what_came_of_it_within_its_limits(monkeypatch, name, first):
    limits, told = [], io.BytesIO()
    made = {**papers.GOOD, "yarim.png": papers.BAD["yarim.png"][0]}[name]()
    monkeypatch.setattr(inspection.resource, "setrlimit", lambda *limit: limits.append(limit))
    monkeypatch.setattr(inspection.sys, "argv", ["inspection.py", "png"])
    monkeypatch.setattr(inspection.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(made)))
    monkeypatch.setattr(inspection.sys, "stdout", SimpleNamespace(buffer=told))
    before = pikepdf.settings.get_qpdf_limits()
    try:
        inspection.main()
    finally:
        pikepdf.settings.set_qpdf_limits(
            **{name: before[name] for name in ("flate_max_memory", "dct_max_memory", "run_length_max_memory")}
        )
    head, _, kept = told.getvalue().partition(b"\n")
    assert (head, bool(kept)) == (first, first == b"kept")
    assert {limit for _, (limit, _) in limits} == {inspection.MEMORY, inspection.SECONDS, 0}


def test_a_child_that_wants_too_much_memory_dies_alone(monkeypatch):
    script = f"import runpy, sys; sys.argv = ['x', 'png']; m = runpy.run_path({inspection.__file__!r})\n"
    script += "g = m['main'].__globals__; g['MEMORY'] = 300 * 1024**2; m['main']()"
    big = papers.picture("PNG", (7000, 7000), "RGBA")
    ran = subprocess.run([sys.executable, "-I", "-c", script], input=big, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout.split(b"\n")[0]) == (0, b"document-pixels")
