"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.messages import register_texts
from luoxuan.portal.messages import TEXTS


class PortalConfig(AppConfig):
    """The portal application."""

    name = "luoxuan.portal"
    label = "portal"

    def ready(self) -> None:
        """Give the words of refusals to the edge, its jobs to the worker, and who uses what."""
        register_texts(TEXTS)
        # The models that they use are there only now.
        from luoxuan.portal import uses  # noqa: F401, PLC0415
        from luoxuan.portal.api import jobs  # noqa: F401, PLC0415
