"""What the shell around every page needs to know."""

from typing import Any

from django.http import HttpRequest

from smsmerkezi.panel import acting, navigation, theme


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    inside = user is not None and user.is_authenticated and user.firm is not None
    return {
        "theme": theme.theme_of(request),
        "inside": inside,
        "acting_until": acting.until(request) if inside and user.acting else None,
        "navigation": navigation.items_for(user) if inside else [],
        "request_id": getattr(request, "id", ""),
    }
