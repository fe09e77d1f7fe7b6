"""Commands about tasks and monthly sheets."""

from luoxuan.cli.command import Add


def register(add: Add) -> None:
    """Declare the commands of this group."""
