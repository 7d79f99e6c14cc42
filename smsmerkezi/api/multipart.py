"""Bodies with a file in them, multipart/form-data (contract #74, #80): their size is asked before they are read."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from smsmerkezi.core.errors import DomainError
from smsmerkezi.requests import announced, drain

AROUND = 64 * 1024  # bytes of a body that are not the file: boundaries, headers, the other fields


class NotReadable(DomainError):
    code = "bad-request"

    def __init__(self) -> None:
        super().__init__(
            "İstek gövdesi okunamadı; sınırı (boundary) belirtilmiş bir multipart/form-data gönderin."
        )


class NotMultipart(DomainError):
    code = "unsupported-media-type"

    def __init__(self) -> None:
        super().__init__("Yalnızca multipart/form-data kabul edilir.")


class FormParser(MultiPartParser):
    """For a view with `largest_file` (bytes) and `too_large()`, the refusal of a body that cannot hold a smaller file."""

    media_type = "*/*"  # asked for whatever comes, so that the refusal is ours

    def parse(self, stream: Any, media_type: str | None = None, context: Any = None) -> DataAndFiles:
        if not (media_type or "").startswith("multipart/form-data"):
            raise NotMultipart
        view = context["view"]
        if announced(stream) > view.largest_file + AROUND:
            drain(stream)
            raise view.too_large()
        try:
            return super().parse(stream, media_type, context)
        except RequestDataTooBig:
            raise
        except (ParseError, SuspiciousOperation):
            raise NotReadable from None


def text(data: Any, name: str) -> str:
    """A field of the form; a file in its place is none."""
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def file(data: Any, name: str) -> UploadedFile | None:
    """The file under this name; a text in its place is none."""
    value = data.get(name)
    return value if isinstance(value, UploadedFile) else None
