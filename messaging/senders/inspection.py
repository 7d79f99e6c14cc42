"""Looks into a document from outside, in a process of its own: `python -I inspection.py pdf`, the file on stdin.

Parsers of images and PDFs are large, written in C, and fed by strangers here. So they run where a crash, a bomb or a loop
costs one child and nothing else; `messaging.senders.documents` starts it. On stdout: a line that says `kept` or why not,
then the bytes to keep. Nothing of ours is imported.
"""

import io
import re
import resource
import sys
import warnings

import pikepdf
from PIL import Image, ImageOps

KEPT = "kept"
MEMORY = 1024**3  # bytes of address space
SECONDS = 20  # of processor time
INFLATED = 64 * 1024**2  # bytes that one stream of a PDF may grow to
PIXELS = 50_000_000
PAGES = 50
OBJECTS = 50_000
WIDE = 4096  # pixels that a kept image has at most on a side: enough to read a signature on a page
TAIL = 1024  # bytes at the end of a PDF in which its end mark must stand
MAGIC = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
FORMATS = {"jpg": "JPEG", "png": "PNG"}
MODES = {"jpg": {"RGB", "L"}, "png": {"RGB", "RGBA", "L", "LA"}}
VERSION = re.compile(rb"%PDF-[12]\.\d")
# What runs, opens, sends or hides something, as a key or as a value.
_ACTIVE = """
/JavaScript /JS /AA /EmbeddedFile /EmbeddedFiles /EF /Launch /RichMedia /XFA /SubmitForm /ImportData /GoToE
"""
ACTIVE = frozenset(_ACTIVE.split())
OPEN = "/OpenAction"  # an action, or only the page at which to open: many office programs write that one
# What Pillow raises of a file that is not what it says, besides OSError.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError)


class Refused(Exception):
    """The argument is a code of messaging.senders.documents."""


def cleaned(data: bytes, kind: str) -> bytes:
    """What to keep of a file of this kind. An image is drawn anew, a PDF stays as it is: it may be signed. Raises Refused."""
    if not data.startswith(MAGIC[kind]):
        raise Refused("document-type")
    if kind != "pdf":
        return redrawn(data, kind)
    check_pdf(data)
    return data


def redrawn(data: bytes, kind: str) -> bytes:
    """The picture and nothing else: no EXIF, no comment, nothing behind its end. Raises Refused."""
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as found:
            if found.width * found.height > PIXELS:
                raise Refused("document-pixels")
            found.verify()
        with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as found:
            found.load()
            return _encoded(found, kind)
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("document-pixels") from None
    except BROKEN:
        raise Refused("document-broken") from None


def _encoded(found: Image.Image, kind: str) -> bytes:
    picture = found if found.mode in MODES[kind] else found.convert("RGBA" if kind == "png" else "RGB")
    picture.thumbnail((WIDE, WIDE))
    picture = ImageOps.exif_transpose(picture)  # turned while it is small: this makes a copy
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, FORMATS[kind], **({"quality": 88} if kind == "jpg" else {"optimize": True}))
    return out.getvalue()


def check_pdf(data: bytes) -> None:
    """Raises Refused."""
    if not VERSION.match(data) or b"%%EOF" not in data[-TAIL:]:
        raise Refused("document-broken")
    try:
        with pikepdf.open(io.BytesIO(data)) as found:
            _check_open(found)
    except pikepdf.PasswordError:
        raise Refused("document-encrypted") from None
    except (pikepdf.PdfError, MemoryError, *BROKEN):
        raise Refused("document-broken") from None


def _check_open(found: pikepdf.Pdf) -> None:
    if found.is_encrypted:
        raise Refused("document-encrypted")
    if not 1 <= len(found.pages) <= PAGES or len(found.objects) > OBJECTS:
        raise Refused("document-pages")
    if any(_is_active(each) for each in found.objects):
        raise Refused("document-active")


def _is_active(whole: pikepdf.Object) -> bool:
    """Whether anything in an object, itself not looked for behind references, does more than show."""
    left = [whole]
    while left:
        each = left.pop()
        if isinstance(each, pikepdf.Stream):
            each = each.stream_dict
        if isinstance(each, pikepdf.Dictionary):
            names = set(each.keys())
            if names & ACTIVE or (OPEN in names and not isinstance(each[OPEN], pikepdf.Array)):
                return True
            left += [value for value in each.as_dict().values() if _is_inside(value)]
        elif isinstance(each, pikepdf.Array):
            left += [value for value in each if _is_inside(value)]
        elif isinstance(each, pikepdf.Name) and str(each) in ACTIVE:
            return True
    return False


def _is_inside(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def main() -> None:
    """The child: first its limits, then the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=INFLATED, dct_max_memory=INFLATED, run_length_max_memory=INFLATED
    )
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # PIXELS is ours
    try:
        told, data = KEPT, cleaned(sys.stdin.buffer.read(), sys.argv[1])
    except Refused as refusal:
        told, data = str(refusal), b""
    sys.stdout.buffer.write(told.encode() + b"\n" + data)


if __name__ == "__main__":
    main()
