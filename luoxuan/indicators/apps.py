"""Django's registration of the package."""

from django.apps import AppConfig

from luoxuan.core.institution import declare_settings
from luoxuan.indicators.retention import RUN_DAYS


class IndicatorsConfig(AppConfig):
    """The indicators application."""

    name = "luoxuan.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Let no change of a dataset's standard take a field away from a measure."""
        declare_settings(RUN_DAYS)
        # The models that they use are there only now.
        from luoxuan.data.actions.definitions import register_check  # noqa: PLC0415
        from luoxuan.indicators.catalogue import check_measures  # noqa: PLC0415

        register_check(check_measures)
