"""Django's registration of the package."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """The data centre application."""

    name = "luoxuan.data"
    label = "data"
