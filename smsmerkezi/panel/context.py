"""What the shell around every page needs to know."""

from typing import Any

from django.http import HttpRequest

from smsmerkezi.panel import navigation, theme


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    inside = user is not None and user.is_authenticated and not user.is_super_admin
    return {
        "theme": theme.theme_of(request),
        "inside": inside,
        "navigation": navigation.items_for(user) if inside else [],
        "request_id": getattr(request, "id", ""),
    }
