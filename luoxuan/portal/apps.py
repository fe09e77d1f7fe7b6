"""Django's registration of the package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal application."""

    name = "luoxuan.portal"
    label = "portal"

    def ready(self) -> None:
        """Tell the data directory who uses its datasets."""
        # The models that they read are there only now.
        from luoxuan.portal import uses  # noqa: F401, PLC0415
