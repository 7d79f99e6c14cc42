"""The product's paths and the bare view's."""

from django.urls import include, path

from bench.bare import BareSend

urlpatterns = [
    path("bare/send", BareSend.as_view()),
    path("", include("smsmerkezi.urls")),
]
