from django.apps import AppConfig


class SendersConfig(AppConfig):
    name = "messaging.senders"
    verbose_name = "Başlıklar"
