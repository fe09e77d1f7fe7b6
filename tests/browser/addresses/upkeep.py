"""Pages of the upkeep that the quality office can open."""

ADDRESSES: dict[str, str] = {
    "warehouse": "/data/upkeep/",
    "dataset: version": "/data/score/?version=1",
}
