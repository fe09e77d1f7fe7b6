"""Commands about background work and the audit chain."""

from luoxuan.cli.command import Add


def register(add: Add) -> None:
    """Declare the commands of this group."""
