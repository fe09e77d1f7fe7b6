"""Commands about reports and the numbers in them."""

from luoxuan.cli.command import Add


def register(add: Add) -> None:
    """Declare the commands of this group."""
