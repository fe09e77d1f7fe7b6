"""Cells that could not be read, column by column, before they become problems of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.texture import Texture, texture_of

Facts = Mapping[str, object]


def no_facts(_text: str) -> Facts:
    """Return nothing: the code of the failure says all."""
    return {}


@dataclass(frozen=True, slots=True)
class Failure:
    """One code and the cells it holds for: ``indices`` are positions in the column, ascending."""

    code: str
    indices: Any
    facts: Callable[[str], Facts] = no_facts


@dataclass(slots=True)
class Column:
    """A column on its way from text to typed values.

    ``text`` holds null where the value is missing or has failed, so each cell fails once at most.
    """

    text: Any
    failures: list[Failure] = field(default_factory=list)
    _seen: tuple[Any, Texture] | None = None

    def texture(self) -> Texture:
        """Return what the bytes of the texts are, as they stand now."""
        if self._seen is None or self._seen[0] is not self.text:
            self._seen = self.text, texture_of(self.text)
        return self._seen[1]

    def fail(self, code: str, mask: Any, facts: Callable[[str], Facts] = no_facts) -> None:
        """Take out the cells under ``mask`` (null counts as false)."""
        mask = pc.fill_null(mask, False)
        if not pc.any(mask).as_py():
            return
        self.failures.append(Failure(code, pc.indices_nonzero(mask), facts))
        self.text = pc.if_else(mask, pa.scalar(None, self.text.type), self.text)

    def fail_by(
        self, classify: Callable[[str], str], mask: Any, facts: Callable[[str], Facts] = no_facts
    ) -> None:
        """Take out the cells under ``mask``, each with the code that ``classify`` gives its text.

        Only distinct texts are classified, so a million equal mistakes cost one look.
        """
        mask = pc.fill_null(mask, False)
        if not pc.any(mask).as_py():
            return
        failing = self.text.filter(mask).dictionary_encode()
        positions = pc.indices_nonzero(mask)
        codes = [classify(text) for text in failing.dictionary.to_pylist()]
        per_cell = pa.array(codes, pa.string()).take(failing.indices)
        for code in dict.fromkeys(codes):
            found = positions.filter(pc.equal(per_cell, code))
            self.failures.append(Failure(code, found, facts))
        self.text = pc.if_else(mask, pa.scalar(None, self.text.type), self.text)
