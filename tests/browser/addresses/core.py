"""Pages of core that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {}
