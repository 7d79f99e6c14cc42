"""The web server's entry point."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smsmerkezi.settings")
inner = get_wsgi_application()
gate = import_module("smsmerkezi.gate")  # reads models: not before Django is set up
application = gate.Gate(inner, seats=settings.WEB_SEATS, line=settings.WEB_LINE)
