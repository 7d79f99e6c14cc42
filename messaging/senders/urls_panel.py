from django.urls import path

from messaging.senders import panel

urlpatterns = [
    path("basliklar", panel.List.as_view(), name="panel-senders"),
    path("basliklar/yeni", panel.New.as_view(), name="panel-sender-new"),
    path("basliklar/<str:raw_id>", panel.Detail.as_view(), name="panel-sender"),
    path("basliklar/<str:raw_id>/belge", panel.Document.as_view(), name="panel-sender-document"),
    path("basliklar/<str:raw_id>/onizleme", panel.Preview.as_view(), name="panel-sender-preview"),
    path("basliklar/<str:raw_id>/varsayilan", panel.Prefer.as_view(), name="panel-sender-prefer"),
    path("basliklar/<str:raw_id>/sil", panel.Delete.as_view(), name="panel-sender-delete"),
]
