"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "alert_already_recovered": gettext_noop("这条预警已经恢复，不用再答复。"),
}
