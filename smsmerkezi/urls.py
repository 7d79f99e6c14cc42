"""Every path of the platform. Panel and API never redirect for a missing slash (contract A1)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("v1/", include("smsmerkezi.api.urls")),
    path("admin/", admin.site.urls),
    path("callbacks/", include("messaging.sms.urls_callbacks")),
    path("", include("smsmerkezi.panel.urls")),
]
handler400 = "smsmerkezi.errors.bad_request"
handler403 = "smsmerkezi.errors.forbidden"
handler404 = "smsmerkezi.errors.not_found"
handler500 = "smsmerkezi.errors.server_error"
