"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.reports.messages import TEXTS


class ReportsConfig(AppConfig):
    """The reports application."""

    name = "luoxuan.reports"
    label = "reports"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge, and its jobs to the worker."""
        # The jobs import models, which exist only now.
        from luoxuan.reports import jobs as _  # noqa: F401, PLC0415

        register_texts(TEXTS)
