"""The English catalogue「英文文本」kept complete without gettext tools.

`python -m luoxuan.testing.translations` adds what is missing to `django.po` (empty, to be filled
in), removes what no source says any more, and compiles `django.mo`.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "luoxuan"
CATALOGUE = REPOSITORY / "locale" / "en" / "LC_MESSAGES" / "django.po"

# How many leading arguments of each function are texts, and whether the first is a context.
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
FUNCTIONS = SINGULAR | PLURAL | CONTEXT | CONTEXT_PLURAL

_LITERAL = r"""[uU]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(
    rf"(?<![\w.])(_|n?p?gettext)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)\s*[,)]", re.DOTALL
)


@dataclass(frozen=True)
class Text:
    """One text of the product「原文」, in Chinese, as the catalogue names it."""

    text: str
    plural: str = ""
    context: str = ""
    where: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two equal texts share."""
        return (self.context, self.text)


class UnreadableText(Exception):
    """A text that is put together at run time cannot be translated."""


def _text_of(function: str, arguments: list[str], where: str) -> Text:
    expected = 1 + (function in CONTEXT | CONTEXT_PLURAL) + (function in PLURAL | CONTEXT_PLURAL)
    if len(arguments) < expected:
        raise UnreadableText(f"{where}: {function}() wants {expected} plain texts")
    context = arguments.pop(0) if function in CONTEXT | CONTEXT_PLURAL else ""
    plural = arguments[1] if function in PLURAL | CONTEXT_PLURAL else ""
    return Text(text=arguments[0], plural=plural, context=context, where=where)


def texts_of_python(source: str, where: str) -> Iterator[Text]:
    """Yield the texts of one Python file; a text that is no plain literal raises UnreadableText."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if function not in FUNCTIONS or not node.args:
            continue
        if function != "_" and isinstance(node.args[0], ast.Name | ast.Attribute):
            continue  # gettext(title): the text was marked where it was written
        arguments: list[str] = []
        for argument in node.args:
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                break
            arguments.append(argument.value)
        yield _text_of(function, arguments, f"{where}:{node.lineno}")


def texts_of_template(source: str, where: str) -> Iterator[Text]:
    """Yield the texts of one template."""
    for call in _TEMPLATE_CALL.finditer(templatize(source, origin=where)):
        arguments = ast.literal_eval(f"[{call[2]}]")
        yield _text_of(call[1], arguments, where)


def _files(pattern: str) -> Iterable[Path]:
    for path in sorted(SOURCE.rglob(pattern)):
        parts = path.relative_to(SOURCE).parts
        if not {"tests", "migrations", "testing", "static"} & set(parts):
            yield path


def texts() -> dict[tuple[str, str], Text]:
    """Return every text of the product once, in the order of the files."""
    if not settings.configured:
        settings.configure()
    found: dict[tuple[str, str], Text] = {}
    for pattern, read in (("*.py", texts_of_python), ("*.html", texts_of_template)):
        for path in _files(pattern):
            where = path.relative_to(REPOSITORY).as_posix()
            for text in read(path.read_text(encoding="utf-8"), where):
                found.setdefault(text.key, text)
    return found


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Return what a text and its entry share."""
    return (entry.msgctxt or "", entry.msgid)


def english_of(entry: polib.POEntry) -> list[str]:
    """Return the English of an entry, one or, for a plural, two."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def is_compiled(catalogue: Path) -> bool:
    """Tell whether `django.mo` says what `django.po` says."""
    compiled = catalogue.with_suffix(".mo")
    if not compiled.is_file():
        return False
    written = {
        key_of(entry): english_of(entry)
        for entry in polib.pofile(str(catalogue), encoding="utf-8")
        if entry.translated()
    }
    return written == {key_of(entry): english_of(entry) for entry in polib.mofile(str(compiled))}


def _entry(text: Text, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.text, msgctxt=text.context or None)
    # No line numbers: they would change with every edit above the text.
    entry.occurrences = [(text.where.split(":")[0], "")]
    entry.tcomment = known.tcomment if known else ""
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = (known and known.msgstr_plural) or {0: "", 1: ""}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


def renew(catalogue: Path, wanted: Iterable[Text]) -> tuple[int, int, int]:
    """Write the catalogue and its compiled form; return how many are added, removed and empty."""
    old = polib.pofile(str(catalogue), encoding="utf-8") if catalogue.is_file() else []
    known = {key_of(entry): entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {
        "Project-Id-Version": "luoxuan",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for text in wanted:
        new.append(_entry(text, known.get(text.key)))
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(catalogue))
    new.save_as_mofile(str(catalogue.with_suffix(".mo")))
    keys = {key_of(entry) for entry in new}
    empty = sum(1 for entry in new if not all(english_of(entry)))
    return len(keys - known.keys()), len(known.keys() - keys), empty


def main() -> int:
    """Renew the catalogue; the exit status is 1 while English is missing."""
    added, removed, empty = renew(CATALOGUE, texts().values())
    sys.stderr.write(f"added {added}, removed {removed}, without English {empty}\n")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
