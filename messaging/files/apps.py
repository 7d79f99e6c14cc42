from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "messaging.files"
    verbose_name = "Dosyalar"
