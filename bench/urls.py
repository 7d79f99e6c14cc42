"""The product's paths and those of what it is held against."""

from django.urls import include, path

from bench.bare import BareSend
from bench.walls import unwalled

urlpatterns = [
    path("bare/send", BareSend.as_view()),
    path("unwalled/send", unwalled),
    path("", include("smsmerkezi.urls")),
]
