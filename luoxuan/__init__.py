"""Luoxuan 螺旋: quality assurance of a college as a spiral of diagnosis and improvement."""

__version__ = "0.1.0"
