from django.urls import path

from tenants import panel, panel_account

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("dil", panel.set_language, name="panel-language"),
    path("kayit", panel_account.Register.as_view(), name="panel-register"),
    path("kayit/onay", panel_account.Registered.as_view(), name="panel-registered"),
    path("dogrula/<str:secret>", panel_account.Verify.as_view(), name="panel-verify"),
    path("parola", panel_account.Forgotten.as_view(), name="panel-forgotten"),
    path("parola/<str:secret>", panel_account.Reset.as_view(), name="panel-reset"),
    path("kvkk", panel_account.notice, name="panel-notice-now"),
    path("kvkk/<str:version>", panel_account.notice, name="panel-notice"),
]
