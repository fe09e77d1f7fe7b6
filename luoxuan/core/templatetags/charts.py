"""Drawings in templates."""

from django import template
from django.utils.safestring import SafeString

from luoxuan.core.charts.bullet import bullet_svg
from luoxuan.core.charts.pictures import reading_picture, trend_picture
from luoxuan.core.charts.trend import trend_svg

register = template.Library()


@register.simple_tag
def bullet(reading: object) -> SafeString:
    """Draw the bullet of a reading; ElementTree has escaped every text in it."""
    return SafeString(bullet_svg(reading_picture(reading)))


@register.simple_tag
def trend(trend: object, size: str = "wide") -> SafeString:
    """Draw the trend in one size; the page holds both and CSS shows the fitting one."""
    return SafeString(trend_svg(trend_picture(trend), size))
