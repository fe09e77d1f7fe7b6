"""Commands about files: templates of datasets, undoing an import."""

from luoxuan.cli.command import Add


def register(add: Add) -> None:
    """Declare the commands of this group."""
