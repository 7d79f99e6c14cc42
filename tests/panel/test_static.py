"""The production storage finds every file that the panel and its wheels refer to."""

import re
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client

OTHERS = ["admin", "rest_framework", "drf_spectacular_sidecar"]  # large, and not the panel's


def test_collected_files_are_hashed_and_compressed_and_the_page_uses_them(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", "--no-input", verbosity=0, ignore_patterns=OTHERS)
    for name in ("panel.css", "panel.js", "icon.svg"):
        hashed = staticfiles_storage.url(f"panel/{name}").removeprefix(settings.STATIC_URL)
        assert re.fullmatch(r"panel/\w+\.[0-9a-f]{12}\.\w+", hashed)
        assert (tmp_path / hashed).exists()
        assert (tmp_path / f"{hashed}.br").exists() or Path(hashed).suffix == ".svg"
    page = Client().get("/giris").content.decode()
    used = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(used) == 4
    assert all((tmp_path / name).exists() and re.search(r"\.[0-9a-f]{12}\.", name) for name in used)
