"""The hours of commercial messages, as staff keep them."""

from datetime import date, time, timedelta

from django.urls import reverse

from messaging.hours.models import Holiday, Window
from smsmerkezi.core import clock


def path(model, verb, *ids):
    return reverse(f"admin:hours_{model}_{verb}", args=ids)


def test_a_days_hours_are_changed(client, platform):
    sunday = Window.objects.get(day=6)
    page = path("window", "hours", sunday.pk)
    assert 'value="09:00"' in client.get(page).content.decode()
    client.post(page, {"opens": "10:00", "closes": "18:30"})
    sunday.refresh_from_db()
    assert (sunday.opens, sunday.closes) == (time(10), time(18, 30))
    client.post(page, {"opens": "", "closes": ""})
    assert "Kapalı" in client.get(reverse("admin:hours_window_changelist")).content.decode()


def test_hours_that_are_none_are_refused_in_words(client, platform):
    page = path("window", "hours", Window.objects.get(day=0).pk)
    told = client.post(page, {"opens": "10:00", "closes": "10:30"}).content.decode()
    assert "en az bir saat sonra" in told


def test_a_holiday_is_added_and_removed(client, platform):
    client.post(path("holiday", "create"), {"day": "2029-02-14", "name": "Ramazan Bayramı"})
    made = Holiday.objects.get(day=date(2029, 2, 14))
    told = client.post(path("holiday", "create"), {"day": "2029-02-14", "name": "x"}).content.decode()
    assert "zaten tatil" in told
    client.post(path("holiday", "remove", made.pk))
    assert not Holiday.objects.filter(pk=made.pk).exists()


def test_staff_are_told_when_the_known_holidays_come_to_an_end(client, platform):
    home = reverse("admin:index")
    assert "Bilinen son resmî tatil" not in client.get(home).content.decode()
    Holiday.objects.filter(day__gt=clock.today() + timedelta(days=100)).delete()
    Holiday.objects.create(day=clock.today() + timedelta(days=100), name="Son")
    told = client.get(home).content.decode()
    assert "Bilinen son resmî tatil" in told
    assert f"{clock.today() + timedelta(days=100):%d.%m.%Y}" in told
    Holiday.objects.all().delete()
    assert "yok" in client.get(home).content.decode()
