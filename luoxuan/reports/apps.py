"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.reports.messages import TEXTS


class ReportsConfig(AppConfig):
    """The reports application."""

    name = "luoxuan.reports"
    label = "reports"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge."""
        register_texts(TEXTS)
