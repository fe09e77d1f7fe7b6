"""The command line every engine of the refresh has: a folder of data and one for the output."""

import argparse
from pathlib import Path


def read_arguments() -> tuple[Path, Path]:
    """The two folders; the one of the output is made."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, help="folder made by generate.py")
    parser.add_argument("out", type=Path, help="folder for readings.parquet and alerts.parquet")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    return options.data, options.out
