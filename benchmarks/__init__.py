"""Benchmarks: the same work done by us and by peers, compared by ratios taken in one run."""
