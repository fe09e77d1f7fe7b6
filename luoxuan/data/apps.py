"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.institution import declare_settings
from luoxuan.core.messages import register_texts
from luoxuan.data.collecting.retention import DRAFT_DAYS
from luoxuan.data.messages import TEXTS
from luoxuan.data.upkeep.messages import TEXTS as UPKEEP_TEXTS
from luoxuan.data.upkeep.retention import VERSION_DAYS


class DataConfig(AppConfig):
    """The data centre application."""

    name = "luoxuan.data"
    label = "data"

    def ready(self) -> None:
        """Give the words of the package's refusals to the edge, and its jobs to the worker."""
        register_texts(TEXTS)
        register_texts(UPKEEP_TEXTS)
        declare_settings(VERSION_DAYS, DRAFT_DAYS)
        # The models that they use are there only now.
        from luoxuan.data import jobs  # noqa: F401, PLC0415
        from luoxuan.data.collecting import jobs as collecting_jobs  # noqa: F401, PLC0415
        from luoxuan.data.upkeep import jobs as upkeep_jobs  # noqa: F401, PLC0415
