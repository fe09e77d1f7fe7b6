"""Notes of a reading in the words of a page."""

from luoxuan.data.import_blocks import notes_shown


def missing(column: str, count: int) -> dict[str, object]:
    return {"code": "missing_values", "count": count, "facts": {"column": column}}


def test_columns_with_equally_many_missing_values_share_a_sentence(score):
    titles = dict(score.fields.values_list("name", "title"))
    shown = notes_shown(score, [missing("score", 2), missing("term", 1), missing("result", 2)])
    assert [note["count"] for note in shown] == [4, 1]
    assert shown[0]["text"] == (f"2 列各有 2 个未报告的值：{titles['score']}、{titles['result']}。")
    assert titles["term"] in shown[1]["text"]
    assert not any(note["is_repair"] for note in shown)


def test_repairs_of_equal_count_stay_apart(score):
    folded = {"code": "folded_width", "count": 2, "facts": {"column": "score"}}
    trimmed = {"code": "trimmed_blanks", "count": 2, "facts": {"column": "score"}}
    assert len(notes_shown(score, [folded, trimmed])) == 2
