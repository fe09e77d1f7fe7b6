"""Words of what portal refuses."""

from django.utils.translation import gettext_noop

TEXTS = {
    "push_not_allowed": gettext_noop("推送以后，您的导入权限已被收回，没有写入任何一行。"),
}
