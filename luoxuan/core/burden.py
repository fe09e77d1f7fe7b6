"""What people fill in「填报负担」; every package counts its own forms, the portal adds them up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FillLoad:
    """What one user filled of one form in a stretch of time「填报量」.

    ``unit`` is the unit path of whom it was filled for, "" where only the user tells.
    ``n_prefilled`` and ``minutes`` are None where nothing was measured. ``datasets`` are those
    that it filled.
    """

    form: str
    title: str
    user: int | None
    unit: str
    n_times: int
    n_fields: int
    n_prefilled: int | None = None
    minutes: int | None = None
    datasets: frozenset[str] = frozenset()
