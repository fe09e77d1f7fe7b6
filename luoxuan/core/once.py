"""What is read once while one request is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

Found = TypeVar("Found")

# Outside of `remembering` there is nothing to keep it in: commands and jobs read each time.
_kept: ContextVar[dict[str, Any] | None] = ContextVar("once", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep what is read by `once`, for as long as one request takes."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(name: str, read: Callable[[], Found]) -> Found:
    """Return what is kept under a name; read it where nothing is."""
    kept = _kept.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    return cast("Found", kept[name])


def forget(name: str) -> None:
    """Let it be read anew: it has been written."""
    if (kept := _kept.get()) is not None:
        kept.pop(name, None)
