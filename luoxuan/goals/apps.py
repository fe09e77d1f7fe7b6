"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.institution import declare_settings
from luoxuan.core.messages import register_texts
from luoxuan.goals.messages import TEXTS
from luoxuan.goals.rhythm import RHYTHM


class GoalsConfig(AppConfig):
    """The goals application."""

    name = "luoxuan.goals"
    label = "goals"

    def ready(self) -> None:
        """Give the words of the package's refusals and its settings to the edge."""
        register_texts(TEXTS)
        declare_settings(*RHYTHM)
