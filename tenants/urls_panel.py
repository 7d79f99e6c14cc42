from django.urls import path

from tenants import panel, panel_joining, panel_team

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
]
