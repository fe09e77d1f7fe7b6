"""Read every small file of the corpus and print the most memory a reading took, in kilobytes.

``python -m tests.corpus.memory FOLDER``; a process of its own, because the figure is that of all
processes it has started.
"""

import atexit
import contextlib
import resource
import sys
from pathlib import Path


def tell() -> None:
    """Print the largest resident size of a child that has ended."""
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")


# Before the reader is imported: what is registered first runs last, when its process has ended.
atexit.register(tell)

from luoxuan.data.warehouse.intake import FileRefused, stage  # noqa: E402
from tests.corpus import (  # noqa: E402, F401 (they register their generators)
    csv_files,
    moments_and_numbers,
    packages,
    texts,
    workbook_content,
)
from tests.corpus.samples import GENERATORS  # noqa: E402
from tests.corpus.tables import STUDENTS  # noqa: E402

SMALL = 1024 * 1024


def main(folder: Path) -> None:
    """Read the files one after the other."""
    for name in GENERATORS.keys() - {"million_rows", "formatted_to_the_end"}:
        for sample in GENERATORS[name]():
            if len(sample.data) <= SMALL:
                path = folder / sample.name
                path.write_bytes(sample.data)
                with contextlib.suppress(FileRefused):
                    stage(path, STUDENTS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
