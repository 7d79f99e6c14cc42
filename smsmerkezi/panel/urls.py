"""Every page of the panel. The doors of the domains bring their own lists."""

from django.urls import include, path

from smsmerkezi.panel import showcase, views

urlpatterns = [
    path("", views.home, name="panel-home"),
    path("", include("tenants.urls_panel")),
    path("", include("billing.urls_panel")),
    path("", include("messaging.campaigns.urls_panel")),
    path("", include("messaging.contacts.urls_panel")),
    path("", include("messaging.reports.urls_panel")),
    path("", include("messaging.senders.urls_panel")),
    path("", include("messaging.sms.urls_panel")),
    *showcase.urls(),
]
