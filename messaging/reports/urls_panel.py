from django.urls import path

from messaging.reports import panel, panel_report

urlpatterns = [
    path("raporlar", panel_report.Report.as_view(), name="panel-reports"),
    path("disa-aktarimlar", panel.List.as_view(), name="panel-exports"),
    path("disa-aktarimlar/yeni", panel.Start.as_view(), name="panel-export-new"),
    path("disa-aktarimlar/<str:raw_id>", panel.Download.as_view(), name="panel-export"),
]
