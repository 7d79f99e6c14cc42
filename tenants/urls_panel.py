from django.urls import path

from tenants import panel, panel_account, panel_joining, panel_team

urlpatterns = [
    path("giris", panel.Login.as_view(), name="panel-login"),
    path("cikis", panel.logout, name="panel-logout"),
    path("gorunum", panel.set_theme, name="panel-theme"),
    path("dil", panel.set_language, name="panel-language"),
    path("davet/<str:secret>", panel_joining.Join.as_view(), name="panel-invitation"),
    path("kullanicilar", panel_team.people, name="panel-team"),
    path("kullanicilar/davet", panel_team.Invite.as_view(), name="panel-team-invite"),
    path("kullanicilar/davet/<str:raw_id>/gonder", panel_team.Resend.as_view(), name="panel-team-resend"),
    path("kullanicilar/davet/<str:raw_id>/iptal", panel_team.Withdraw.as_view(), name="panel-team-withdraw"),
    path("kullanicilar/<str:raw_id>/rol", panel_team.ChangeRole.as_view(), name="panel-team-role"),
    path("kullanicilar/<str:raw_id>/cikar", panel_team.Remove.as_view(), name="panel-team-remove"),
    path("kayit", panel_account.Register.as_view(), name="panel-register"),
    path("kayit/onay", panel_account.Registered.as_view(), name="panel-registered"),
    path("dogrula/<str:secret>", panel_account.Verify.as_view(), name="panel-verify"),
    path("parola", panel_account.Forgotten.as_view(), name="panel-forgotten"),
    path("parola/<str:secret>", panel_account.Reset.as_view(), name="panel-reset"),
    path("kvkk", panel_account.notice, name="panel-notice-now"),
    path("kvkk/<str:version>", panel_account.notice, name="panel-notice"),
]
