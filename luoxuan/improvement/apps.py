"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.improvement.messages import TEXTS


class ImprovementConfig(AppConfig):
    """The improvement application."""

    name = "luoxuan.improvement"
    label = "improvement"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge."""
        register_texts(TEXTS)
