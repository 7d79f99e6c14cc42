from django.urls import path

from tenants import (
    panel,
    panel_bell,
    panel_entrance,
    panel_joining,
    panel_notifications,
    panel_second_factor,
    panel_team,
    panel_tokens,
)

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
    path("dil", panel.set_language, name="panel-language"),
    path("davet/<str:secret>", panel_joining.Join.as_view(), name="panel-invitation"),
    path("anahtarlar", panel_tokens.Tokens.as_view(), name="panel-tokens"),
    path("anahtarlar/yeni", panel_tokens.NewToken.as_view(), name="panel-token-new"),
    path("anahtarlar/<str:raw_id>/iptal", panel_tokens.Revoke.as_view(), name="panel-token-revoke"),
    path("bildirimler", panel_notifications.List.as_view(), name="panel-notifications"),
    path("bildirimler/sayi", panel_bell.Count.as_view(), name="panel-bell-count"),
    path("bildirimler/son", panel_bell.Bell.as_view(), name="panel-bell"),
    path("bildirimler/okundu", panel_bell.ReadAll.as_view(), name="panel-notifications-read"),
    path("bildirimler/ayarlar", panel_notifications.Settings.as_view(), name="panel-notification-settings"),
    path(
        "bildirimler/<str:raw_id>/okundu", panel_notifications.Read.as_view(), name="panel-notification-read"
    ),
    path(
        "bildirimler/<str:raw_id>/sil", panel_notifications.Delete.as_view(), name="panel-notification-delete"
    ),
    path("kullanicilar", panel_team.people, name="panel-team"),
    path("kullanicilar/davet", panel_team.Invite.as_view(), name="panel-team-invite"),
    path("kullanicilar/davet/<str:raw_id>/gonder", panel_team.Resend.as_view(), name="panel-team-resend"),
    path("kullanicilar/davet/<str:raw_id>/iptal", panel_team.Withdraw.as_view(), name="panel-team-withdraw"),
    path("kullanicilar/<str:raw_id>/rol", panel_team.ChangeRole.as_view(), name="panel-team-role"),
    path("kullanicilar/<str:raw_id>/cikar", panel_team.Remove.as_view(), name="panel-team-remove"),
]
