from django.urls import path

from messaging.reports import panel

urlpatterns = [
    path("disa-aktarimlar", panel.List.as_view(), name="panel-exports"),
    path("disa-aktarimlar/yeni", panel.Start.as_view(), name="panel-export-new"),
    path("disa-aktarimlar/<str:raw_id>", panel.Download.as_view(), name="panel-export"),
]
