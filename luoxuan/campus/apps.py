"""Django's registration of the package."""

from django.apps import AppConfig


class CampusConfig(AppConfig):
    """The campus application."""

    name = "luoxuan.campus"
    label = "campus"
