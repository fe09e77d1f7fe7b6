"""What became of a file, as commands print it and pages keep it."""

from dataclasses import asdict, dataclass
from typing import Any

from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.rules import Disposition, disposition_of
from luoxuan.data.warehouse.intake import FileRefused, Note, Staged


@dataclass(frozen=True)
class ImportReport:
    """What became of one file「导入结果」; ``batch`` is None for a trial run.

    With ``questions`` the disposition is ASK_USER and nothing was stored.
    """

    dataset: str
    disposition: Disposition
    rows_accepted: int
    rows_rejected: int
    notes: tuple[dict[str, Any], ...]
    errors: tuple[dict[str, Any], ...]
    n_errors: int
    encoding: str
    version: int | None
    batch: int | None
    questions: tuple[dict[str, Any], ...] = ()
    sheet: str = ""


def _storable(value: Any) -> Any:
    """Return a finding with the sign ␀ for each NUL, which PostgreSQL keeps in no text."""
    if isinstance(value, str):
        return value.replace("\0", "␀")
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(part) for part in value]
    return value


def report_of(
    dataset: Dataset,
    staged: Staged,
    *,
    version: int | None = None,
    batch: int | None = None,
    notes: tuple[Note, ...] = (),
) -> ImportReport:
    """Return the report of what was staged."""
    every = (*staged.notes, *notes)
    return ImportReport(
        dataset=dataset.name,
        disposition=disposition_of(
            rows_rejected=staged.rows_rejected,
            note_codes=frozenset(note.code for note in every),
            n_questions=len(staged.questions),
        ),
        rows_accepted=staged.table.num_rows,
        rows_rejected=staged.rows_rejected,
        notes=tuple(_storable(asdict(note)) for note in every),
        errors=tuple(_storable(asdict(problem)) for problem in staged.problems),
        n_errors=staged.n_problems,
        encoding=staged.encoding,
        version=version,
        batch=batch,
        questions=tuple(_storable(asdict(question)) for question in staged.questions),
        sheet=staged.sheet,
    )


def report_of_batch(batch: ImportBatch) -> ImportReport:
    """Return the report that an import left behind."""
    return ImportReport(
        dataset=batch.dataset.name,
        disposition=Disposition(batch.disposition),
        rows_accepted=batch.rows_accepted,
        rows_rejected=batch.rows_rejected,
        notes=tuple(batch.notes),
        errors=tuple(batch.problems),
        n_errors=batch.n_problems,
        encoding=batch.encoding,
        version=batch.version.number if batch.version else None,
        batch=batch.pk,
        sheet=batch.sheet,
    )


def refusal_report(
    dataset: Dataset, refused: FileRefused, batch: ImportBatch | None
) -> ImportReport:
    """Return the report of a file that was refused as a whole."""
    error = {"row": None, "column": "", "cell": "", "value": "", "code": refused.code}
    return ImportReport(
        dataset=dataset.name,
        disposition=Disposition.REJECT_FILE,
        rows_accepted=0,
        rows_rejected=0,
        notes=(),
        errors=(_storable({**error, "facts": refused.facts}),),
        n_errors=1,
        encoding="",
        version=None,
        batch=batch.pk if batch else None,
    )
