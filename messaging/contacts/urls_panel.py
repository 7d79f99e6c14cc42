from django.urls import path

from messaging.contacts import panel, panel_optouts

urlpatterns = [
    path("kisiler", panel.List.as_view(), name="panel-contacts"),
    path("kisiler/yeni", panel.New.as_view(), name="panel-contact-new"),
    path("kisiler/<str:raw_id>", panel.Detail.as_view(), name="panel-contact"),
    path("kisiler/<str:raw_id>/duzenle", panel.Edit.as_view(), name="panel-contact-edit"),
    path("kisiler/<str:raw_id>/sil", panel.Delete.as_view(), name="panel-contact-delete"),
    path("kisiler/<str:raw_id>/arsiv", panel.Archive.as_view(), name="panel-contact-archive"),
    path("ret-listesi", panel_optouts.List.as_view(), name="panel-optouts"),
    path("ret-listesi/ekle", panel_optouts.Add.as_view(), name="panel-optout-add"),
    path("ret-listesi/dosya/<str:raw_id>", panel_optouts.Imported.as_view(), name="panel-optout-file"),
    path("ret-listesi/<str:raw_id>", panel_optouts.Detail.as_view(), name="panel-optout"),
    path("ret-listesi/<str:raw_id>/kaldir", panel_optouts.Remove.as_view(), name="panel-optout-remove"),
    path("kisiler/<str:raw_id>/geri", panel.Archive.as_view(away=False), name="panel-contact-restore"),
]
