from django.apps import AppConfig


class HoursConfig(AppConfig):
    name = "messaging.hours"
    verbose_name = "Gönderim saatleri"
