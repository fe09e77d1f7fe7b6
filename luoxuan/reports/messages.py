"""The words of the refusals of this package「提示语」."""

TEXTS: dict[str, str] = {}
