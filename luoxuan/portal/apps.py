"""Django's registration of the package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal application."""

    name = "luoxuan.portal"
    label = "portal"
