"""Django's registration of the package."""

from django.apps import AppConfig


class CampusConfig(AppConfig):
    """The campus application."""

    name = "luoxuan.campus"
    label = "campus"

    def ready(self) -> None:
        """Give the package's job to the worker."""
        # The models that it uses are there only now.
        from luoxuan.campus import jobs  # noqa: F401, PLC0415
