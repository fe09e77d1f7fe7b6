"""What an example of a route is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Example:
    """An address of a route and the place that it is about; ``nowhere`` is what does not exist."""

    path: str
    place: str = ""


@dataclass(frozen=True)
class Route:
    """What a route is about and does, by the requirements; a public one has no resource."""

    resource: str
    action: str
    examples: tuple[Example, ...]
    post_action: str = ""
    post_data: dict[str, str] = field(default_factory=dict)
    takes_get: bool = True
    # What a stranger gets: the way to the login page, or a refusal where programs ask.
    stranger_status: int = 302
