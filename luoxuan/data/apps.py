"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.data.messages import TEXTS


class DataConfig(AppConfig):
    """The data centre application."""

    name = "luoxuan.data"
    label = "data"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge, and its jobs to the worker."""
        register_texts(TEXTS)
        # The models that they use are there only now.
        from luoxuan.data import jobs  # noqa: F401, PLC0415
