"""Charts as SVG drawn by the server: they print, need no script, and take their colours from the stylesheet."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BAR, GAP, HIGH = 3, 1, 40  # units of the drawing; it is as wide as its place
TALL = 120  # of a chart that stands alone
LEAST = 2  # what the smallest value above nothing is drawn as


@register.simple_tag
def sparkline(values: Sequence[int], finding: str) -> SafeString:
    """Bars for values in a row. `finding` is what they say, for whoever does not see them."""
    width = len(values) * (BAR + GAP)
    frame = format_html(
        '<svg class="sparkline" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">',
        finding,
        width,
        HIGH,
    )
    base = f'<path class="base" d="M0 {HIGH - 0.5}h{width}"/>'
    return mark_safe(f'{frame}{base}<path class="bars" d="{_bars(values)}"/></svg>')  # noqa: S308 - numbers and what is escaped above


def _bars(values: Sequence[int]) -> str:
    top = max(values, default=0)
    heights = [max(LEAST, round(HIGH * value / top)) if value else 0 for value in values]
    return "".join(
        f"M{place * (BAR + GAP)} {HIGH}v-{height}h{BAR}v{height}z"
        for place, height in enumerate(heights)
        if height
    )


@register.simple_tag
def stacked(values: Sequence[tuple[int, int]], finding: str) -> SafeString:
    """Two parts on top of each other for each place: what went well, and above it what did not."""
    width = max(1, len(values)) * (BAR + GAP)
    frame = format_html(
        '<svg class="stacked" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">',
        finding,
        width,
        TALL,
    )
    top = max((good + poor for good, poor in values), default=0)
    good, poor = [], []
    for place, (low, high) in enumerate(values):
        lower, upper = _height(low, top), _height(high, top)
        at = place * (BAR + GAP)
        good += [_bar(at, TALL, lower)] if lower else []
        poor += [_bar(at, TALL - lower, upper)] if upper else []
    base = f'<path class="base" d="M0 {TALL - 0.5}h{width}"/>'
    bars = f'<path class="good" d="{"".join(good)}"/><path class="poor" d="{"".join(poor)}"/>'
    return mark_safe(f"{frame}{base}{bars}</svg>")  # noqa: S308 - numbers and what is escaped above


def _height(value: int, top: int) -> int:
    return max(1, round((TALL - 2) * value / top)) if value else 0


def _bar(at: int, foot: int, height: int) -> str:
    return f"M{at} {foot}v-{height}h{BAR}v{height}z"
