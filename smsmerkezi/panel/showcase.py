"""`/_ui`: every component on one page, for eyes, axe and screenshots. Only with DEBUG, and for tests."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

TONES = (
    ("Teslim edildi", "basarili", "ok"),
    ("Gönderildi", "gonder", "info"),
    ("Kuyrukta", "bekliyor", "wait"),
    ("Süresi doldu", "uyari", "warn"),
    ("Başarısız", "kapat", "bad"),
    ("İptal edildi", "yok", "none"),
)
SAMPLE = "Sayın Ayşe, siparişiniz kargoya verildi. " * 5


class Sample(forms.Form):
    name = forms.CharField(label="Ad", help_text="Etiketin altında ipucu durur")
    text = forms.CharField(label="Metin", widget=forms.Textarea(attrs={"rows": 3}))
    choice = forms.ChoiceField(label="Seçim", choices=[("1", "Birinci"), ("2", "İkinci")])


def show(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/showcase.html", context())


def context() -> dict[str, Any]:
    return {
        "page_title": "Bileşenler",
        "words": [SimpleNamespace(label=label, icon=icon, tone=tone) for label, icon, tone in TONES],
        "form": Sample({"text": "", "choice": "1"}),
        "blank": Sample(prefix="bos"),
        "page": SimpleNamespace(newer="n", older="o"),
        "quote": SimpleNamespace(
            size=SimpleNamespace(units=205, limit=298, parts=2),
            recipients=1248,
            credits=2496,
            duplicates=1,
            opted_out=2,
            invalid=[1],
            affordable=False,
            available=1200,
        ),
        "pieces": [SAMPLE[:149], SAMPLE[149:]],
        "numbers": [0, 12480, 1234567],
    }


def urls() -> list[URLPattern]:
    shown = settings.DEBUG or settings.ENVIRONMENT == "test"
    return [path("_ui", show, name="panel-showcase")] if shown else []
