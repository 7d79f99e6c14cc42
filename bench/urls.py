"""The product's paths and those of what it is held against."""

from django.urls import include, path

from bench.bare import BareSend
from bench.walls import unwalled

urlpatterns = [
    path("bare/send", BareSend.as_view()),
    path("v1/unwalled/send", unwalled),  # below /v1, as the real one: pages pay for more
    path("", include("smsmerkezi.urls")),
]
