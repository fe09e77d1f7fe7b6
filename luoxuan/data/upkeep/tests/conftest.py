"""The small college with a warehouse of its own."""

from luoxuan.data.tests.conftest import college, score, warehouse

__all__ = ["college", "score", "warehouse"]
