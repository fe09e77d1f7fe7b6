"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.data.messages import TEXTS


class DataConfig(AppConfig):
    """The data centre application."""

    name = "luoxuan.data"
    label = "data"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge."""
        register_texts(TEXTS)
