from django.urls import path

from tenants import panel, panel_audit

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("denetim", panel_audit.List.as_view(), name="panel-audit"),
    path("denetim/<str:entry_id>", panel_audit.Detail.as_view(), name="panel-audit-entry"),
    path("dil", panel.set_language, name="panel-language"),
]
