from django.urls import path

from tenants import panel

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("dil", panel.set_language, name="panel-language"),
]
