"""The peers of the import「对照」: raw readers as limits, validators in common use.

python peers.py NAME FILE; run in the environment of the peers.
"""

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.measure import report

COLLEGES = {f"C{place:02d}" for place in range(20)}


def fastexcel_raw(path: str) -> dict[str, Any]:
    """Read the workbook into Arrow and do nothing else: the limit."""
    import fastexcel  # noqa: PLC0415 (each peer pays for its own libraries, outside the clock)

    return {"rows": fastexcel.read_excel(path).load_sheet(0).to_arrow().num_rows}


def polars_raw(path: str) -> dict[str, Any]:
    """Read the CSV with inferred types and do nothing else: the limit."""
    import polars  # noqa: PLC0415

    return {"rows": polars.read_csv(path, schema_overrides={"学号": polars.String}).height}


def pandera_excel(path: str) -> dict[str, Any]:
    """Read with pandas, validate with pandera, store the good rows."""
    import pandas  # noqa: PLC0415

    return _pandera(pandas.read_excel(path, dtype={"学号": str}))


def pandera_csv(path: str) -> dict[str, Any]:
    """Read with pandas, validate with pandera, store the good rows."""
    import pandas  # noqa: PLC0415

    return _pandera(pandas.read_csv(path, dtype={"学号": str}))


def great_expectations_csv(path: str) -> dict[str, Any]:
    """Read with pandas and validate with great_expectations."""
    import great_expectations as gx  # noqa: PLC0415
    import great_expectations.expectations as expect  # noqa: PLC0415
    import pandas  # noqa: PLC0415

    frame = pandas.read_csv(path, dtype={"学号": str})
    source = gx.get_context(mode="ephemeral").data_sources.add_pandas("source")
    asset = source.add_dataframe_asset("asset")
    batch = asset.add_batch_definition_whole_dataframe("batch").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(
        name="suite",
        expectations=[
            expect.ExpectColumnValuesToBeUnique(column="学号"),
            expect.ExpectColumnValuesToMatchRegex(column="学号", regex=r"^[0-9]{12}$"),
            expect.ExpectColumnValuesToNotBeNull(column="姓名"),
            expect.ExpectColumnValuesToBeInSet(column="性别", value_set=["男", "女"]),
            expect.ExpectColumnValuesToBeInSet(column="学院代码", value_set=sorted(COLLEGES)),
            expect.ExpectColumnValuesToBeBetween(column="年龄", min_value=10, max_value=80),
            expect.ExpectColumnValuesToBeBetween(column="成绩", min_value=0, max_value=100),
            expect.ExpectColumnValuesToMatchStrftimeFormat(
                column="日期", strftime_format="%Y-%m-%d"
            ),
        ],
    )
    found = batch.validate(suite)
    frame.to_parquet("great-expectations.parquet")
    return {"problems": sum(row.result.get("unexpected_count", 0) for row in found.results)}


def _pandera(frame: Any) -> dict[str, Any]:
    import pandas  # noqa: PLC0415
    import pandera.pandas as pa  # noqa: PLC0415

    frame["日期"] = pandas.to_datetime(frame["日期"], errors="coerce")
    schema = pa.DataFrameSchema(
        {
            "学号": pa.Column(str, pa.Check.str_matches(r"^[0-9]{12}$"), unique=True),
            "姓名": pa.Column(str, pa.Check.str_length(min_value=1)),
            "性别": pa.Column(str, pa.Check.isin(["男", "女"])),
            "学院代码": pa.Column(str, pa.Check.isin(COLLEGES)),
            "年龄": pa.Column(int, pa.Check.in_range(10, 80)),
            "成绩": pa.Column(float, pa.Check.in_range(0, 100)),
            "日期": pa.Column(nullable=False),
        }
    )
    problems = 0
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        problems = len(cases)
        frame = frame.drop(index=list(cases["index"].dropna().unique()))
    frame.to_parquet("pandera.parquet")
    return {"good": len(frame), "problems": problems}


PEERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "fastexcel_raw": fastexcel_raw,
    "polars_raw": polars_raw,
    "pandera_excel": pandera_excel,
    "pandera_csv": pandera_csv,
    "great_expectations_csv": great_expectations_csv,
}


if __name__ == "__main__":
    report(lambda: PEERS[sys.argv[1]](sys.argv[2]))
