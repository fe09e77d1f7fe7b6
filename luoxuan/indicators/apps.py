"""Django's registration of the package."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The indicators application."""

    name = "luoxuan.indicators"
    label = "indicators"
