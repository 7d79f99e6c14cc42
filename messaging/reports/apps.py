from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "messaging.reports"
    verbose_name = "Raporlar"
