from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "messaging.sms"
    verbose_name = "Mesajlar"
