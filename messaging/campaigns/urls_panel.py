from django.urls import path

from messaging.campaigns import panel, panel_letter, panel_new, panel_verbs

urlpatterns = [
    path("toplu", panel.List.as_view(), name="panel-campaigns"),
    path("toplu/yeni", panel_new.New.as_view(), name="panel-campaign-new"),
    path("toplu/ornek.csv", panel_new.SampleFile.as_view(), name="panel-campaign-sample"),
    path("toplu/<str:raw_id>", panel.Detail.as_view(), name="panel-campaign"),
    path("toplu/<str:raw_id>/liste", panel_new.List.as_view(), name="panel-campaign-list"),
    path("toplu/<str:raw_id>/sutunlar", panel_new.Columns.as_view(), name="panel-campaign-columns"),
    path("toplu/<str:raw_id>/denetim", panel_new.Check.as_view(), name="panel-campaign-check"),
    path("toplu/<str:raw_id>/elenenler.csv", panel_new.Excluded.as_view(), name="panel-campaign-excluded"),
    path("toplu/<str:raw_id>/mesaj", panel_letter.Letter.as_view(), name="panel-campaign-letter"),
    path("toplu/<str:raw_id>/onay", panel_letter.Confirm.as_view(), name="panel-campaign-confirm"),
    path("toplu/<str:raw_id>/deneme", panel_letter.Trial.as_view(), name="panel-campaign-trial"),
    path("toplu/<str:raw_id>/duraklat", panel_verbs.Pause.as_view(), name="panel-campaign-pause"),
    path("toplu/<str:raw_id>/surdur", panel_verbs.Resume.as_view(), name="panel-campaign-resume"),
    path("toplu/<str:raw_id>/durdur", panel_verbs.Stop.as_view(), name="panel-campaign-stop"),
    path("toplu/<str:raw_id>/kopyala", panel_verbs.Clone.as_view(), name="panel-campaign-clone"),
    path("toplu/<str:raw_id>/ulasmayanlar", panel_verbs.Missed.as_view(), name="panel-campaign-missed"),
    path("toplu/<str:raw_id>/sil", panel_verbs.Delete.as_view(), name="panel-campaign-delete"),
]
