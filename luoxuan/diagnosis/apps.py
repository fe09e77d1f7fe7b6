"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.diagnosis.messages import TEXTS


class DiagnosisConfig(AppConfig):
    """The diagnosis application."""

    name = "luoxuan.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge."""
        register_texts(TEXTS)
