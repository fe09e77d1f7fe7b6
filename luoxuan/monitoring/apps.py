"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.monitoring.messages import TEXTS


class MonitoringConfig(AppConfig):
    """The monitoring application."""

    name = "luoxuan.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge."""
        register_texts(TEXTS)
