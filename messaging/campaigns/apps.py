from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "messaging.campaigns"
    verbose_name = "Toplu gönderim"
