"""The OULAD example: its figures worked out a second time, and the known faults of its files."""
