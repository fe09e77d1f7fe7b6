"""Threshold files「阈值文件」 with values in every order, told apart without the product."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

HEADER = (
    "indicator,kind,subject,target_value,standard_value,warning_value,valid_from,valid_to,source"
)
VALUES = ("", "0.2", "0.5", "0.50", "0.8")


@dataclass(frozen=True)
class Order:
    """Target, standard and warning value as a file says them, and whether they may stand so.

    Where higher is better, target >= standard >= warning; where lower is better, the other way
    round; a value that is not given is no rank.
    """

    direction: str
    values: tuple[str, str, str]

    @property
    def is_sound(self) -> bool:
        """Compare each with each, in numbers: 0.5 and 0.50 are equal."""
        sign = 1 if self.direction == "HIGHER" else -1
        given = [sign * Decimal(value) for value in self.values if value]
        return all(left >= right for left, right in itertools.combinations(given, 2))

    @property
    def file(self) -> str:
        """Return the threshold file of the package that says it."""
        return f"{HEADER}\ncourse.pass_share,COURSE,,{','.join(self.values)},,,来源\n"

    def __str__(self) -> str:
        return f"{self.direction}-{'/'.join(self.values)}"


def orders() -> Iterator[Order]:
    """Return every order of every choice of values, in both directions."""
    for direction in ("HIGHER", "LOWER"):
        for target, standard, warning in itertools.product(VALUES, repeat=3):
            yield Order(direction, (target, standard, warning))
