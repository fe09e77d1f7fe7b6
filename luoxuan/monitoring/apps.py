"""Django's registration of the package."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The monitoring application."""

    name = "luoxuan.monitoring"
    label = "monitoring"
