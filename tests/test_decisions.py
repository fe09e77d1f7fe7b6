"""Each decision record has the four parts, and the index names them all."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "decisions"
HEADINGS = ["Context", "Choice", "Refused", "Consequences"]


def records(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.md") if path.name != "README.md")


def faults_of(folder: Path) -> list[str]:
    """Return what is wrong with a folder of decision records, in words."""
    faults = []
    index = re.findall(
        r"^\| (\d{4}) \| \[(.+?)\]\((.+?)\) \|",
        (folder / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    expected = []
    for position, path in enumerate(records(folder), start=1):
        text = path.read_text(encoding="utf-8")
        title = re.match(r"# (\d{4}) (.+)\n", text)
        if not re.fullmatch(rf"{position:04d}-[a-z0-9-]+\.md", path.name):
            faults.append(
                f"{path.name}: number {position:04d} and a title in small letters expected"
            )
        if title is None or title[1] != path.name[:4]:
            faults.append(f"{path.name}: the first line is not its number and title")
            continue
        if re.findall(r"^## (.+)$", text, re.MULTILINE) != HEADINGS:
            faults.append(f"{path.name}: the headings are not {', '.join(HEADINGS)}")
        if re.search(r"^## .+\n+(?=## |\Z)", text, re.MULTILINE):
            faults.append(f"{path.name}: a part is empty")
        expected.append((title[1], title[2], path.name))
    if index != expected:
        faults.append("README.md: the index does not name every record by number, title and file")
    return faults


def test_decisions_are_numbered_complete_and_indexed() -> None:
    assert len(records(FOLDER)) >= 15
    assert not faults_of(FOLDER)


RECORD = "# 0001 Any\n\n## Context\na\n## Choice\nb\n## Refused\nc\n## Consequences\nd\n"
INDEX = "| 0001 | [Any](0001-any.md) |\n"


@pytest.mark.parametrize(
    ("name", "record", "index", "n_faults"),
    [
        ("0001-any.md", RECORD, INDEX, 0),
        ("0002-any.md", RECORD.replace("0001", "0002"), INDEX.replace("0001", "0002"), 1),
        ("0001-any.md", RECORD.replace("0001", "0007"), "", 1),
        ("0001-any.md", RECORD.replace("## Refused\nc\n", ""), INDEX, 1),
        ("0001-any.md", RECORD.replace("c\n", "\n"), INDEX, 1),
        ("0001-any.md", RECORD, "", 1),
    ],
)
def test_a_faulty_record_is_found(
    tmp_path: Path, name: str, record: str, index: str, n_faults: int
) -> None:
    (tmp_path / name).write_text(record, encoding="utf-8")
    (tmp_path / "README.md").write_text(index, encoding="utf-8")
    assert len(faults_of(tmp_path)) == n_faults
