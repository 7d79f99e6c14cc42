from django.urls import path

from tenants import panel, panel_account, panel_sessions

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
    path("ayarlar/oturumlar", panel_sessions.Sessions.as_view(), name="panel-sessions"),
    path("ayarlar/oturumlar/kapat", panel_sessions.CloseOthers.as_view(), name="panel-sessions-close-others"),
    path(
        "ayarlar/oturumlar/<int:session_id>/kapat",
        panel_sessions.CloseSession.as_view(),
        name="panel-session-close",
    ),
]
