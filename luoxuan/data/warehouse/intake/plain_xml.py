"""A sheet written in an unusual way「非常规 XML」, brought to the plain form that the scan reads.

Prefixes go, attributes of rows and cells come in the order r, s, t with double quotes, comments are
left out, references that are missing are counted on.
"""

from collections.abc import Iterable, Iterator
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from luoxuan.data.warehouse.intake.findings import FileRefused, column_letters

_AT_ONCE = 1024 * 1024
_FIRST = ("r", "s", "t")


def plain(chunks: Iterable[bytes], member: str) -> Iterator[bytes]:
    """Return a sheet in its plain form, piece by piece. Raises FileRefused if it is no XML."""
    writer = _Writer(member)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    parser.StartCdataSectionHandler = writer.refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            if writer.size > _AT_ONCE:
                yield writer.take()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused("damaged_workbook") from error
    yield writer.take()


class _Writer:
    """Writes elements again「重写」 as the parser meets them."""

    def __init__(self, member: str) -> None:
        self.member = member
        self.parts: list[str] = []
        self.size = 0
        self.row, self.column = 0, 0

    def take(self) -> bytes:
        """Return what was written since the last call."""
        written = "".join(self.parts).encode("utf-8", "replace")
        self.parts, self.size = [], 0
        return written

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Write a start tag with its attributes in order."""
        local = _local(name)
        told = {_local(key): value for key, value in attributes.items()}
        if local == "row":
            self.row = int(told["r"]) if told.get("r", "").isdigit() else self.row + 1
            self.column = 0
            told["r"] = str(self.row)
        elif local == "c":
            letters = told.get("r", "").rstrip("0123456789")
            self.column = _number(letters) if letters else self.column + 1
            told["r"] = told.get("r") or f"{column_letters(self.column - 1)}{self.row}"
        ordered = sorted(told, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
        words = "".join(f" {key}={_quoted(told[key])}" for key in ordered)
        self._write(f"<{local}{words}>")

    def end(self, name: str) -> None:
        """Write an end tag."""
        self._write(f"</{_local(name)}>")

    def text(self, text: str) -> None:
        """Write text."""
        self._write(escape(text))

    def refuse(self) -> None:
        """Refuse sections that other readers leave out without a word."""
        raise FileRefused("unusual_workbook", member=self.member)

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _quoted(value: str) -> str:
    quoted = quoteattr(value)
    return quoted if quoted[0] == '"' else '"' + escape(value, {'"': "&quot;"}) + '"'


def _number(letters: str) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number
