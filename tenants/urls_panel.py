from django.urls import path

from tenants import panel, panel_account, panel_entrance, panel_second_factor, panel_sessions

urlpatterns = [
    path("giris", panel_entrance.Login.as_view(), name="panel-login"),
    path("giris/kod", panel_entrance.Code.as_view(), name="panel-login-code"),
    path("giris/kurtarma", panel_entrance.Recovery.as_view(), name="panel-login-recovery"),
    path("giris/kvkk", panel_entrance.Consent.as_view(), name="panel-login-consent"),
    path("cikis", panel_entrance.logout, name="panel-logout"),
    path("dogrula", panel_entrance.StepUp.as_view(), name="panel-step-up"),
    path("iki-adim", panel_second_factor.Overview.as_view(), name="panel-second-factor"),
    path("iki-adim/baslat", panel_second_factor.Start.as_view(), name="panel-second-factor-start"),
    path("iki-adim/anahtar", panel_second_factor.Key.as_view(), name="panel-second-factor-key"),
    path("iki-adim/onay", panel_second_factor.Confirm.as_view(), name="panel-second-factor-confirm"),
    path("iki-adim/kodlar", panel_second_factor.Regenerate.as_view(), name="panel-second-factor-codes"),
    path("iki-adim/kapat", panel_second_factor.Disable.as_view(), name="panel-second-factor-disable"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("dil", panel.set_language, name="panel-language"),
    path("kayit", panel_account.Register.as_view(), name="panel-register"),
    path("kayit/onay", panel_account.Registered.as_view(), name="panel-registered"),
    path("dogrula/<str:secret>", panel_account.Verify.as_view(), name="panel-verify"),
    path("parola", panel_account.Forgotten.as_view(), name="panel-forgotten"),
    path("parola/<str:secret>", panel_account.Reset.as_view(), name="panel-reset"),
    path("kvkk", panel_account.notice, name="panel-kvkk"),
    path("kvkk/<str:version>", panel_account.notice, name="panel-notice"),
    path("ayarlar/oturumlar", panel_sessions.Sessions.as_view(), name="panel-sessions"),
    path("ayarlar/oturumlar/kapat", panel_sessions.CloseOthers.as_view(), name="panel-sessions-close-others"),
    path(
        "ayarlar/oturumlar/<int:session_id>/kapat",
        panel_sessions.CloseSession.as_view(),
        name="panel-session-close",
    ),
]
