"""Documents as they come in: good ones, and every kind of bad one that we know of. Made here, each as small as it can be."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from messaging.senders.documents import LIMIT, Document, Upload

HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def upload(name: str, data: bytes) -> Upload:
    return Upload(name, [data[at : at + 65536] for at in range(0, len(data), 65536)])


def document(name: str = "tescil.pdf") -> Document:
    """A good one, as if it had been looked into."""
    return Document(name, "pdf", pdf())


@cache
def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **save: object) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 280))
    if change:
        change(made)
    made.save(out, **save)
    return out.getvalue()


@cache
def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **save: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **save)
    return out.getvalue()


def photo() -> bytes:
    """With a place in its EXIF, a comment, and turned on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "GIZLI MARKA"
    return picture("JPEG", (40, 30), exif=exif.tobytes(), comment=b"GIZLI YORUM")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A small PNG that says it is large, and is: all of one colour."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((side // 8 + 1) * side) if side <= 20_000 else b"", 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def action(**keys: object) -> Dictionary:
    return Dictionary({f"/{key}": value for key, value in keys.items()})


def script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = action(S=Name.JavaScript, JS=String("app.alert(1)"))


def named_script(made: pikepdf.Pdf) -> None:
    tree = Dictionary(Names=Array([String("x"), action(S=Name.JavaScript, JS=String("x"))]))
    made.Root.Names = Dictionary(JavaScript=tree)


def page_action(made: pikepdf.Pdf) -> None:
    made.pages[0].AA = Dictionary(O=action(S=Name.URI, URI=String("https://ornek.test")))


def launch(made: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.A = action(S=Name.Launch, F=String("cmd.exe"))
    made.pages[0].Annots = Array([made.make_indirect(link)])


def attachment(made: pikepdf.Pdf) -> None:
    made.attachments["x.exe"] = b"MZ"


def rich_media(made: pikepdf.Pdf) -> None:
    made.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))]
    )


def xfa(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp/>"))


def unreached_script(made: pikepdf.Pdf) -> None:
    """In an object that no page leads to."""
    made.Root.Hidden = made.make_indirect(Dictionary(Deep=Array([Dictionary(JS=String("x"))])))


def first_page(made: pikepdf.Pdf) -> None:
    """What many office programs write: open at the first page."""
    made.Root.OpenAction = Array([made.pages[0].obj, Name.Fit])


def packed(room: int) -> bytes:
    """A PDF whose objects lie in a stream that grows by `room` bytes when it is opened."""
    inside = [b"<</Type/Catalog/Pages 3 0 R>>", b"<</Type/Pages/Kids[4 0 R]/Count 1>>"]
    inside.append(b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>")
    starts = [sum(map(len, inside[:n])) for n in range(3)]
    head = " ".join(f"{n + 2} {at}" for n, at in enumerate(starts)).encode() + b" "
    squeezed = zlib.compress(head + b"".join(inside) + b" " * room, 9)
    out = b"%PDF-1.5\n"
    at = len(out)
    told = f"<</Type/ObjStm/N 3/First {len(head)}/Filter/FlateDecode/Length {len(squeezed)}>>".encode()
    out += b"1 0 obj" + told + b"stream\n" + squeezed + b"\nendstream endobj\n"
    table = [(0, 0, 255), (1, at, 0), (2, 1, 0), (2, 1, 1), (2, 1, 2), (1, len(out), 0)]
    rows = b"".join(struct.pack(">BIB", *row) for row in table)
    told = f"<</Type/XRef/Size 6/W[1 4 1]/Root 2 0 R/Length {len(rows)}>>".encode()
    end = len(out)
    out += b"5 0 obj" + told + b"stream\n" + rows + b"\nendstream endobj\n"
    return out + f"startxref\n{end}\n%%EOF\n".encode()


ENCRYPTED = pikepdf.Encryption(owner="sahip", user="parola")
PRINT_ONLY = pikepdf.Encryption(owner="sahip", user="")
GOOD: dict[str, Callable[[], bytes]] = {
    "tescil.pdf": pdf,
    "sayfa-acan.PDF": lambda: pdf(first_page),
    "elli-sayfa.pdf": lambda: pdf(pages=50),
    "logo.png": picture,
    "saydam.png": lambda: picture("PNG", (40, 30), "RGBA"),
    "palet.png": lambda: picture("PNG", (40, 30), "P"),
    "foto.jpg": photo,
    "tarama.jpeg": lambda: picture("JPEG", (40, 30), "CMYK"),
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "buyuk.pdf": (lambda: pdf() + b" " * LIMIT, "file-too-large"),
    "bos.pdf": (lambda: b"", "document-missing"),
    "sayfa.html": (lambda: HTML, "document-type"),
    "cizim.svg": (lambda: SVG, "document-type"),
    "cizim.png": (lambda: SVG, "document-type"),
    "animasyon.gif": (lambda: picture("GIF"), "document-type"),
    "animasyon.jpg": (lambda: picture("GIF"), "document-type"),
    "uzantisiz": (pdf, "document-type"),
    "tescil.pdf.exe": (pdf, "document-type"),
    "resim.pdf": (picture, "document-type"),
    "belge.png": (pdf, "document-type"),
    "onunde-html.pdf": (lambda: HTML + pdf(), "document-type"),
    "onunde-bosluk.pdf": (lambda: b"\n" + pdf(), "document-type"),
    "yarim.pdf": (lambda: pdf()[:200], "document-broken"),
    "arkasinda-html.pdf": (lambda: pdf() + HTML * 100, "document-broken"),
    "surumu-yok.pdf": (lambda: b"%PDF-x" + pdf()[6:], "document-broken"),
    "yarim.png": (lambda: picture("PNG", (400, 300), "RGB", compress_level=0)[:-900], "document-broken"),
    "yarim.jpg": (lambda: picture("JPEG", (400, 300))[:-900], "document-broken"),
    "yalniz-basi.png": (lambda: b"\x89PNG\r\n\x1a\n" + HTML, "document-broken"),
    "piksel-bombasi.png": (lambda: bomb(7200), "document-pixels"),
    "dev-bomba.png": (lambda: bomb(60_000), "document-pixels"),
    "parolali.pdf": (lambda: pdf(encryption=ENCRYPTED), "document-encrypted"),
    "yazdirilamayan.pdf": (lambda: pdf(encryption=PRINT_ONLY), "document-encrypted"),
    "sayfasiz.pdf": (lambda: pdf(pages=0), "document-pages"),
    "elli-bir-sayfa.pdf": (lambda: pdf(pages=51), "document-pages"),
    "betikli.pdf": (lambda: pdf(script), "document-active"),
    "adli-betik.pdf": (lambda: pdf(named_script), "document-active"),
    "gizli-betik.pdf": (lambda: pdf(unreached_script), "document-active"),
    "sayfa-eylemi.pdf": (lambda: pdf(page_action), "document-active"),
    "baslatan.pdf": (lambda: pdf(launch), "document-active"),
    "ekli.pdf": (lambda: pdf(attachment), "document-active"),
    "zengin.pdf": (lambda: pdf(rich_media), "document-active"),
    "formlu.pdf": (lambda: pdf(xfa), "document-active"),
}
