"""The shape of CSV: delimiters, quotes, blank and ragged rows, record numbers (98 to 106)."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoxuan.data.warehouse.intake.csv_file import read_csv
from luoxuan.data.warehouse.intake.findings import FileRefused
from luoxuan.data.warehouse.intake.spec import Limits


def read(text, limits=None):
    data = text.encode() if isinstance(text, str) else text
    return read_csv(data, sha256="", encoding=None, limits=limits or Limits())


def rows(raw):
    cells = [column.to_pylist() for column in raw.columns]
    return dict(zip(raw.row_numbers.to_pylist(), zip(*cells, strict=True), strict=True))


def notes(raw):
    return {note.code: note.count for note in raw.notes}


@pytest.mark.parametrize(
    ("text", "headers", "expected"),
    [
        ("a,b\n1,2\n", ["a", "b"], {2: ("1", "2")}),
        ("a;b\n1,5;2\n", ["a", "b"], {2: ("1,5", "2")}),
        ("a\tb\n1\t2", ["a", "b"], {2: ("1", "2")}),
        ("a|b\r\n1|2\r\n", ["a", "b"], {2: ("1", "2")}),
        ("a\n1\n", ["a"], {2: ("1",)}),
        ("a (x,y);b\n1;2\n", ["a (x,y)", "b"], {2: ("1", "2")}),
        ('"a,;b",c\n1,2\n', ["a,;b", "c"], {2: ("1", "2")}),
        ('"x;y";"b"\n1;2\n', ["x;y", "b"], {2: ("1", "2")}),
        ('a,b\n"1\n1",2\n3,4\n', ["a", "b"], {2: ("1\n1", "2"), 3: ("3", "4")}),
        ('a,b\n"say ""x""",\n', ["a", "b"], {2: ('say "x"', "")}),
        ('a,b\n5" pipe,6"\n', ["a", "b"], {2: ('5" pipe', '6"')}),
        ('a,b\n"1" ,2\n', ["a", "b"], {2: ("1 ", "2")}),
        ('a,b\n="007",2\n', ["a", "b"], {2: ('="007"', "2")}),
        ('"line\nbreak",b\n1,2\n', ["line\nbreak", "b"], {2: ("1", "2")}),
    ],
)
def test_cells_are_cut_as_they_stand(text, headers, expected):
    raw = read(text)
    assert raw.headers == headers
    assert rows(raw) == expected


def test_a_separator_line_is_followed_and_not_counted_as_a_row():
    raw = read("sep=;\na;b\n1;2,5\n")
    assert rows(raw) == {2: ("1", "2,5")}
    assert notes(raw)["separator_line"] == 1


def test_lone_carriage_returns_end_lines_with_a_note():
    raw = read("a;b\r1;2\r3;4\r")
    assert rows(raw) == {2: ("1", "2"), 3: ("3", "4")}
    assert notes(raw)["lone_carriage_return"] == 3


def test_a_carriage_return_inside_quotes_is_text():
    raw = read('a,b\r\n"1\r2",3\r\n')
    assert rows(raw) == {2: ("1\r2", "3")}
    assert "lone_carriage_return" not in notes(raw)


def test_blank_rows_are_skipped_with_their_count_and_keep_their_numbers():
    raw = read("\n\na,b\n1,2\n\n,\n  \n3,4\n\n")
    assert raw.headers == ["a", "b"]
    assert rows(raw) == {4: ("1", "2"), 8: ("3", "4")}
    assert [note.count for note in raw.notes if note.code == "blank_rows"] == [2, 4]


def test_ragged_rows_are_listed_with_their_numbers():
    raw = read('a,b\n1\n"x\ny",2\n1,2,3\n5,6\n')
    assert [(row.row, row.found, row.text) for row in raw.ragged] == [(2, 1, "1"), (4, 3, "1,2,3")]
    assert rows(raw) == {3: ("x\ny", "2"), 5: ("5", "6")}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', "unclosed_quote", 3),
        ('a,b\n1,2\n"3,4\n5,6', "unclosed_quote", 3),
        ('a,b\n1,2\n3,4\n5,"', "unclosed_quote", 4),
        ('a,"b\n1,2\n', "unclosed_quote", 1),
        ('a,b\n1,"2\n3,"4"\n', "text_after_quote", 2),
        ('a,b\n1,"2"x\n', "text_after_quote", 2),
    ],
)
def test_a_quote_that_never_closes_is_refused(text, code, line):
    with pytest.raises(FileRefused) as caught:
        read(text)
    assert (caught.value.code, caught.value.facts["line"]) == (code, line)


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b;c\n1\n", "ambiguous_delimiter"), ("sep=#\na#b\n1#2\n", "unknown_delimiter")],
)
def test_an_unclear_delimiter_is_refused(text, code):
    with pytest.raises(FileRefused) as caught:
        read(text)
    assert caught.value.code == code


def test_more_columns_or_rows_than_allowed_are_refused():
    with pytest.raises(FileRefused) as caught:
        read(",".join(map(str, range(200_000))) + "\n1\n")
    assert caught.value.code == "too_many_columns"
    with pytest.raises(FileRefused) as caught:
        read("a,b\n1,2\n1\n3,4\n", Limits(rows=2))
    assert caught.value.code == "too_many_rows"


def test_record_numbers_stay_right_across_blocks_of_the_engine(monkeypatch):
    monkeypatch.setattr("luoxuan.data.warehouse.intake.csv_file._BLOCKS", (512, 4096))
    lines, expected, ragged = ["number,text"], {}, []
    for number in range(2, 20_000):
        if number % 97 == 0:
            lines.append("")
        elif number % 89 == 0:
            lines.append(f"{number},x,y")
            ragged.append(number)
        else:
            text = "two\nlines" if number % 7 == 0 else "one"
            lines.append(f'{number},"{text}"')
            expected[number] = (str(number), text)
    raw = read("\n".join(lines))
    assert rows(raw) == expected
    assert [row.row for row in raw.ragged] == ragged


def test_a_record_longer_than_a_block_is_refused(monkeypatch):
    monkeypatch.setattr("luoxuan.data.warehouse.intake.csv_file._BLOCKS", (512, 4096))
    with pytest.raises(FileRefused) as caught:
        read("a,b\n" + "x" * 10_000 + ",2\n")
    assert caught.value.code == "record_too_long"


def test_a_record_longer_than_a_small_block_is_read_in_a_large_one(monkeypatch):
    monkeypatch.setattr("luoxuan.data.warehouse.intake.csv_file._BLOCKS", (512, 40_960))
    raw = read("a,b\n1\n" + "x" * 10_000 + ",2\n")
    assert rows(raw) == {3: ("x" * 10_000, "2")}
    assert [row.row for row in raw.ragged] == [2]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.sampled_from('a1 ,;"\n\r\t|=中'), max_size=5), min_size=2, max_size=2),
        min_size=1,
        max_size=6,
    ),
    # The writer of Python 3.11 leaves a CR unquoted when lines end in LF alone.
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
)
def test_what_a_csv_writer_wrote_is_read_back(content, way):
    line_end, quoting = way
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=line_end, quoting=quoting)
    writer.writerow(["left", "right"])
    writer.writerows(content)
    raw = read(buffer.getvalue())
    expected = {
        number: tuple(cells)
        for number, cells in enumerate(content, 2)
        if any(cell.strip() for cell in cells)
    }
    assert rows(raw) == expected
    assert not raw.ragged


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('ab1,,,"\n\n '), max_size=40))
def test_any_text_is_cut_as_the_standard_library_cuts_it(body):
    text = "h,i\n" + body
    try:
        raw = read(text)
    except FileRefused:
        return
    records = list(csv.reader(io.StringIO(text, newline="")))
    filled = {
        number: cells
        for number, cells in enumerate(records, 1)
        if number > 1 and any(cell.strip() for cell in cells)
    }
    good = {number: tuple(cells) for number, cells in filled.items() if len(cells) == 2}
    assert rows(raw) == good
    # Records like ,, or "" hold nothing but are no blank rows either: they are listed.
    listed = {row.row for row in raw.ragged}
    assert listed | set(good) >= set(filled)
    assert not listed & set(good)
