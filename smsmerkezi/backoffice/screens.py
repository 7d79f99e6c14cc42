"""Screens that are no table's: something to look at that keeps itself fresh."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django_htmx.http import HttpResponseClientRedirect


class Screen(ABC):
    """`name` is its address and how the menu knows it; `live` is the part of `template` that is asked for again and again."""

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    template: ClassVar[str]
    live: ClassVar[str]

    @abstractmethod
    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What is shown, as it is now."""
        ...

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.name}")

    def urls(self, site: Any) -> list[URLPattern]:
        def page(request: HttpRequest) -> HttpResponse:
            around = site.each_context(request) | {"page_title": self.title, "screen": self}
            return TemplateResponse(request, self.template, around | self.context(request))

        def live(request: HttpRequest) -> HttpResponse:
            return TemplateResponse(request, self.live, {"screen": self} | self.context(request))

        return [
            path(f"{self.name}/", site.admin_view(page), name=self.name),
            path(f"{self.name}/live/", site.admin_view(live), name=f"{self.name}_live"),
        ]


def whole_pages(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever is logged out while a part of a page refreshes itself gets the login instead of the page, not inside of it."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if not (request.htmx and answer.status_code == 302):
            return answer
        back = request.htmx.current_url_abs_path or reverse("admin:index")
        return HttpResponseClientRedirect(redirect_to_login(back, reverse("admin:login")).url)

    return inner
