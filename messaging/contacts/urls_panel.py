from django.urls import path

from messaging.contacts import panel, panel_bulk, panel_groups, panel_imports, panel_optouts

urlpatterns = [
    path("kisiler", panel.List.as_view(), name="panel-contacts"),
    path("kisiler/yeni", panel.New.as_view(), name="panel-contact-new"),
    path("kisiler/toplu", panel_bulk.Do.as_view(), name="panel-bulk"),
    path("kisiler/toplu/<str:raw_id>", panel_bulk.Progress.as_view(), name="panel-bulk-progress"),
    path("kisiler/gruplar", panel_groups.List.as_view(), name="panel-groups"),
    path("kisiler/gruplar/yeni", panel_groups.New.as_view(), name="panel-group-new"),
    path("kisiler/gruplar/<str:raw_id>/duzenle", panel_groups.Edit.as_view(), name="panel-group-edit"),
    path("kisiler/gruplar/<str:raw_id>/sil", panel_groups.Delete.as_view(), name="panel-group-delete"),
    path("kisiler/yukle", panel_imports.New.as_view(), name="panel-import-new"),
    path("kisiler/yukle/<str:raw_id>", panel_imports.Progress.as_view(), name="panel-import"),
    path("kisiler/yukle/<str:raw_id>/sutunlar", panel_imports.Columns.as_view(), name="panel-import-columns"),
    path(
        "kisiler/yukle/<str:raw_id>/elenenler.csv",
        panel_imports.Excluded.as_view(),
        name="panel-import-excluded",
    ),
    path("kisiler/yukle/<str:raw_id>/aktar", panel_imports.Run.as_view(), name="panel-import-run"),
    path("kisiler/yukle/<str:raw_id>/geri-al", panel_imports.Undo.as_view(), name="panel-import-undo"),
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
