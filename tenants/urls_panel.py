from django.urls import path

from tenants import panel, panel_acting, panel_entrance, panel_second_factor

urlpatterns = [
    path("giris", panel_entrance.Login.as_view(), name="panel-login"),
    path("giris/kod", panel_entrance.Code.as_view(), name="panel-login-code"),
    path("giris/kurtarma", panel_entrance.Recovery.as_view(), name="panel-login-recovery"),
    path("giris/kvkk", panel_entrance.Consent.as_view(), name="panel-login-consent"),
    path("cikis", panel_entrance.logout, name="panel-logout"),
    path("kvkk", panel_entrance.Notice.as_view(), name="panel-kvkk"),
    path("dogrula", panel_entrance.StepUp.as_view(), name="panel-step-up"),
    path("iki-adim", panel_second_factor.Overview.as_view(), name="panel-second-factor"),
    path("iki-adim/baslat", panel_second_factor.Start.as_view(), name="panel-second-factor-start"),
    path("iki-adim/anahtar", panel_second_factor.Key.as_view(), name="panel-second-factor-key"),
    path("iki-adim/onay", panel_second_factor.Confirm.as_view(), name="panel-second-factor-confirm"),
    path("iki-adim/kodlar", panel_second_factor.Regenerate.as_view(), name="panel-second-factor-codes"),
    path("iki-adim/kapat", panel_second_factor.Disable.as_view(), name="panel-second-factor-disable"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("firma-sec", panel_acting.Search.as_view(), name="panel-acting"),
    path("firma-sec/don", panel_acting.End.as_view(), name="panel-acting-end"),
    path("firma-sec/<int:tenant_id>", panel_acting.Start.as_view(), name="panel-acting-start"),
    path("dil", panel.set_language, name="panel-language"),
]
