"""Django's registration of the package."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The core application."""

    name = "luoxuan.core"
    label = "core"
