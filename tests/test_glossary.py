"""The glossary and the code use the same words: what one names, the other has."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PRODUCT = REPOSITORY / "luoxuan"
GLOSSARY = REPOSITORY / "docs" / "dev" / "glossary.md"
IN_CODE = "在代码中 / In the code"
AGREED = "约定用词 / Agreed, not yet in the code"
# Names of bases that make a class a table of the database.
MODEL_BASES = {"Model", "AbstractBaseUser"}
# The generator of the demonstration college has plain courses and classes of its own.
NOT_THE_PRODUCT = {"tests", "migrations", "testing", "demonstration"}


@dataclass(frozen=True)
class Entry:
    """One identifier of the glossary with the Chinese term of its row."""

    term: str
    identifier: str
    package: str


@dataclass(frozen=True)
class Definition:
    """A class, function, member or name of a module, and where it is defined."""

    package: str
    name: str
    docstring: str | None
    is_class: bool = False
    bases: frozenset[str] = frozenset()
    is_abstract: bool = False
    is_table_file: bool = False


def entries(text: str, heading: str) -> list[Entry]:
    """Return the identifiers, written in backticks, of the table under a heading."""
    part = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = []
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| ") or len(cells) != 4 or cells[0].startswith("中文"):
            continue
        for identifier in re.findall(r"`([^`]+)`", cells[1]):
            # The first word stands before a stroke, a blank or a bracket.
            found.append(Entry(re.split(r"[ /（(]", cells[0])[0], identifier, cells[2]))
    return found


def definitions_in(tree: ast.Module, package: str, *, is_table_file: bool) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield _class(node, package, is_table_file=is_table_file)
            yield from _members(node, package)
        elif isinstance(node, ast.FunctionDef):
            yield Definition(package, node.name, ast.get_docstring(node))
        else:
            yield from (Definition(package, name, None) for name in _assigned(node))


def _class(node: ast.ClassDef, package: str, *, is_table_file: bool) -> Definition:
    meta = [
        inner for inner in node.body if isinstance(inner, ast.ClassDef) and inner.name == "Meta"
    ]
    return Definition(
        package=package,
        name=node.name,
        docstring=ast.get_docstring(node),
        is_class=True,
        bases=frozenset(
            ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases
        ),
        is_abstract=any("abstract = True" in ast.unparse(inner) for inner in meta),
        is_table_file=is_table_file,
    )


def _members(node: ast.ClassDef, package: str) -> Iterator[Definition]:
    for inner in node.body:
        names = [inner.name] if isinstance(inner, ast.FunctionDef) else _assigned(inner)
        yield from (Definition(package, f"{node.name}.{name}", None) for name in names)


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


@cache
def definitions() -> tuple[Definition, ...]:
    found: list[Definition] = []
    for path in sorted(PRODUCT.rglob("*.py")):
        parts = path.relative_to(PRODUCT).parts
        if NOT_THE_PRODUCT.intersection(parts):
            continue
        is_table_file = parts[1:] == ("models.py",) or parts[1:2] == ("models",)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += definitions_in(tree, parts[0], is_table_file=is_table_file)
    return tuple(found)


def tables(known: tuple[Definition, ...]) -> list[Definition]:
    """Return the classes that are tables of the database, found through their bases by name."""
    classes = {row.name: row for row in known if row.is_class and row.is_table_file}

    def is_model(name: str) -> bool:
        if name in MODEL_BASES:
            return True
        return name in classes and any(is_model(base) for base in classes[name].bases)

    return [row for row in classes.values() if not row.is_abstract and is_model(row.name)]


def faults_of(text: str, known: tuple[Definition, ...]) -> list[str]:
    """Return where the glossary and the code part ways, in words."""
    faults = []
    named = entries(text, IN_CODE)
    for entry in named:
        found = [
            row for row in known if row.name == entry.identifier and row.package == entry.package
        ]
        if not found:
            faults.append(f"{entry.identifier} is not in luoxuan/{entry.package}")
        elif found[0].is_class and f"「{entry.term}」" not in (found[0].docstring or ""):
            faults.append(f"the docstring of {entry.identifier} does not say 「{entry.term}」")
    listed = {(entry.package, entry.identifier) for entry in named}
    faults += [
        f"the model {row.package}.{row.name} is not in the glossary"
        for row in tables(known)
        if (row.package, row.name) not in listed
    ]
    existing = {row.name for row in known if row.is_class or "." in row.name}
    faults += [
        f"{entry.identifier} exists now: move its row to the first table"
        for entry in entries(text, AGREED)
        if entry.identifier in existing
    ]
    return faults


def test_the_glossary_and_the_code_use_the_same_words() -> None:
    faults = faults_of(GLOSSARY.read_text(encoding="utf-8"), definitions())
    assert not faults, faults


def test_both_tables_are_read() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    assert {"Subject", "SubjectKind.TEACHING_CLASS"} <= {
        e.identifier for e in entries(text, IN_CODE)
    }
    assert "ControlPoint" in {entry.identifier for entry in entries(text, AGREED)}


CODE = '''
class Goal(models.Model):
    """What is wanted「目标」."""

class GoalKind(StrEnum):
    """What a goal is「目标种类」."""
    YEARLY = "YEARLY"
'''
TEXT = f"""
## {IN_CODE}
| 中文 | identifier | package | note |
|---|---|---|---|
| 目标 / 指向 | `Goal` | goals | |
| 目标种类 | `GoalKind.YEARLY` | goals | |

## {AGREED}
| 中文 | identifier | package | note |
|---|---|---|---|
| 标准 | `Standard` | standards | |
"""


@pytest.mark.parametrize(
    ("text", "code", "n_faults"),
    [
        (TEXT, CODE, 0),
        (TEXT.replace("`Goal`", "`Aim`"), CODE, 2),
        (TEXT.replace("| `Goal` | goals", "| `Goal` | campus"), CODE, 2),
        (TEXT.replace("目标 /", "指标 /"), CODE, 1),
        (TEXT.replace(".YEARLY", ".MONTHLY"), CODE, 1),
        (TEXT, CODE + "class Standard:\n    ...\n", 1),
        (TEXT, CODE + "class Plan(Goal):\n    ...\n", 1),
    ],
)
def test_a_word_that_differs_is_found(text: str, code: str, n_faults: int) -> None:
    known = tuple(definitions_in(ast.parse(code), "goals", is_table_file=True))
    assert len(faults_of(text, known)) == n_faults
