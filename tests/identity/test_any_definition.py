"""Whatever a dataset asks for: its rows leave as a file and come back as they were."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.warehouse.intake import FieldSpec, TableSpec
from luoxuan.data.warehouse.intake.headers import fold_header
from luoxuan.data.workbooks import typed_columns

from .cells import TEXTS, rows
from .journeys import assert_same, held_by, read, write

EXAMPLES = settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
# A title is one line that people read; it may hold whatever else a file takes for a sign.
_TITLES = st.one_of(
    st.text("甲乙丙数量名称", min_size=1, max_size=6),
    st.sampled_from(
        ["=合计", "-差额", "'=引用", "a;b", "a|b", 'a"b', "金额(万元)", "比例%", "2025-1"]
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> TableSpec:
    titles = draw(st.lists(_TITLES, min_size=1, max_size=6, unique_by=fold_header))
    fields = tuple(draw(_fields(f"f{place}", title)) for place, title in enumerate(titles))
    key = tuple(draw(st.sets(st.sampled_from([one.name for one in fields]), max_size=2)))
    return TableSpec("anything", fields, key)


@st.composite
def _fields(draw: st.DrawFn, name: str, title: str) -> FieldSpec:
    kind = draw(st.sampled_from(list(FieldType)))
    codes = None
    if kind is FieldType.CODE:
        listed = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
        codes = tuple(text for text in listed if text.strip()) or ("甲",)
    limit = draw(st.sampled_from([None, Decimal(-5), Decimal("0.5")]))
    return FieldSpec(
        name=name,
        headers=(title,),
        type=kind,
        title=title,
        decimals=draw(st.integers(0, 9)) if kind is FieldType.DECIMAL else 0,
        required=draw(st.booleans()),
        minimum=limit if kind in (FieldType.INTEGER, FieldType.DECIMAL) else None,
        missing=tuple(draw(st.sampled_from([(), ("-",), ("无", "/")]))),
        codes=codes,
    )


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_rows_of_any_definition_come_back_bit_for_bit(file_format: str) -> None:
    held_rows = 0

    @EXAMPLES
    @given(st.data())
    def comes_back(data: st.DataObject) -> None:
        nonlocal held_rows
        spec = data.draw(tables())
        texts = data.draw(rows(spec))
        with TemporaryDirectory() as name:
            folder = Path(name)
            before = held_by(folder / "first.csv", spec, texts)
            assume(before is not None)
            assert before is not None
            held_rows += before.table.num_rows
            infos = [
                FieldInfo(one.name, one.type, (one.title,), one.decimals) for one in spec.fields
            ]
            names = [one.name for one in spec.fields]
            exported = [tuple(row[name] for name in names) for row in before.table.to_pylist()]
            path = folder / f"export.{file_format}"
            write(path, typed_columns(infos), exported, file_format)
            again = read(path, spec)
            assert again is not None
            assert_same(before, again)

    comes_back()
    assert held_rows > 50
