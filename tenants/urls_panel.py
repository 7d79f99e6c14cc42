from django.urls import path

from tenants import panel, panel_joining, panel_notifications, panel_team, panel_tokens

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("dil", panel.set_language, name="panel-language"),
    path("davet/<str:secret>", panel_joining.Join.as_view(), name="panel-invitation"),
    path("anahtarlar", panel_tokens.Tokens.as_view(), name="panel-tokens"),
    path("anahtarlar/yeni", panel_tokens.NewToken.as_view(), name="panel-token-new"),
    path("anahtarlar/<str:raw_id>/iptal", panel_tokens.Revoke.as_view(), name="panel-token-revoke"),
    path("bildirimler", panel_notifications.List.as_view(), name="panel-notifications"),
    path("bildirimler/sayi", panel_notifications.Count.as_view(), name="panel-bell-count"),
    path("bildirimler/son", panel_notifications.Bell.as_view(), name="panel-bell"),
    path("bildirimler/okundu", panel_notifications.ReadAll.as_view(), name="panel-notifications-read"),
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
