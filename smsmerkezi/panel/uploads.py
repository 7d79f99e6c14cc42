"""How large a form with a file may be: asked by the announced length, before anything of it is read."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from smsmerkezi.panel import errors
from smsmerkezi.panel.middleware import API
from smsmerkezi.requests import announced, drain

USUAL = 1024 * 1024  # bytes of a form that holds no file
AROUND = (
    1024 * 1024
)  # bytes above a page's limit that are read all the same: the form itself says what is wrong
WORDS = _("Seçtiğiniz dosya çok büyük. Geri dönüp daha küçük bir dosya seçin.")


class Uploads:
    """Stands before the check against forgery, which reads the form. A view that takes a file has `largest_file`, in bytes.

    The API asks for itself: smsmerkezi/api/multipart.py.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.content_type != "multipart/form-data" or request.path_info.startswith(API):
            return None
        largest = getattr(getattr(view, "view_class", None), "largest_file", 0)
        if announced(request) <= (largest + AROUND if largest else USUAL):
            return None
        drain(request)
        return errors.page(request, 413, sentence=WORDS)
