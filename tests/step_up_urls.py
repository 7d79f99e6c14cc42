"""Every path of the platform and, while there is no page that asks for a fresh proof, a place for it."""

from django.http import HttpResponse
from django.urls import include, path

from smsmerkezi.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    path("kimlik", lambda request: HttpResponse("Kimliğinizi doğrulayın"), name="panel-step-up"),
    path("", include("smsmerkezi.urls")),
]
