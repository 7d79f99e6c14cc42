from django.urls import path

from tenants import panel, panel_acting

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("firma-sec", panel_acting.Search.as_view(), name="panel-acting"),
    path("firma-sec/don", panel_acting.End.as_view(), name="panel-acting-end"),
    path("firma-sec/<int:tenant_id>", panel_acting.Start.as_view(), name="panel-acting-start"),
    path("dil", panel.set_language, name="panel-language"),
]
