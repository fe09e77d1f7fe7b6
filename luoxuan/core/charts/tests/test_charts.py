"""The drawings: what they show, what they leave open and what they never let through."""

from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from luoxuan.core.charts.axis import axis_of, ticks_of
from luoxuan.core.charts.bullet import bullet_svg
from luoxuan.core.charts.pictures import Limits, reading_picture, trend_picture
from luoxuan.core.charts.trend import trend_svg

HOSTILE = "<script>alert('x')</script>\"&"


def a_reading(value="0.6102", status="MET", direction="HIGHER", **limits):
    return SimpleNamespace(
        value=None if value is None else Decimal(value),
        status=status,
        indicator=SimpleNamespace(unit="share", decimals=4, direction=direction),
        **{
            f"{name}_value": Decimal(limit) if limit else None
            for name, limit in (
                {"target": "0.8", "standard": "0.6", "warning": "0.4"} | limits
            ).items()
        },
    )


def a_trend(*values, title="及格率", labels=None, direction="HIGHER"):
    labels = labels or [f"第 {number} 周" for number in range(1, len(values) + 1)]
    return SimpleNamespace(
        title=title,
        points=[
            SimpleNamespace(label=label, value=value and Decimal(value), status="MET")
            for label, value in zip(labels, values, strict=True)
        ],
        unit="share",
        decimals=4,
        direction=direction,
        target_value=None,
        standard_value=Decimal("0.6"),
        warning_value=Decimal("0.4"),
    )


def parsed(markup):
    return ElementTree.fromstring(markup)  # noqa: S314 - our own drawing


def drawn(thing, size="wide"):
    return parsed(trend_svg(trend_picture(thing), size))


def bar(reading):
    return parsed(bullet_svg(reading_picture(reading)))


def named(svg, name):
    return [shape for shape in svg.iter() if name in shape.get("class", "").split()]


def test_hostile_text_is_escaped_in_label_and_sentence():
    markup = trend_svg(trend_picture(a_trend("0.5", title=HOSTILE, labels=[HOSTILE])), "wide")
    assert "<script" not in markup
    assert HOSTILE in parsed(markup).get("aria-label")


def test_a_drawing_holds_no_style_attribute_and_no_script():
    for markup in (
        trend_svg(trend_picture(a_trend("0.5", "0.7")), "phone"),
        bullet_svg(reading_picture(a_reading())),
    ):
        assert "style=" not in markup
        assert "<script" not in markup


def test_a_missing_value_leaves_a_gap_in_the_line_and_no_mark():
    svg = drawn(a_trend("0.5", "0.6", None, "0.7", "0.8"))
    assert len(named(svg, "line")) == 2
    assert len(named(svg, "mark")) == 4


def test_a_zero_is_drawn_and_a_missing_value_is_not():
    assert len(named(drawn(a_trend("0", "0.5")), "mark")) == 2
    assert len(named(drawn(a_trend(None, "0.5")), "mark")) == 1


def test_the_sentence_of_a_trend_says_first_and_last_value_and_the_gaps():
    sentence = drawn(a_trend("0.5", None, "0.61")).get("aria-label")
    assert sentence == "及格率：第 1 周为 50.00 %，第 3 周为 61.00 %，1 期无数据"


def test_a_trend_without_any_value_says_so():
    svg = drawn(a_trend(None, None))
    assert svg.get("aria-label") == "及格率：无数据"
    assert named(svg, "line") == []


def test_a_single_point_stands_in_the_middle_of_the_plot():
    (mark,) = named(drawn(a_trend("0.5")), "mark")
    assert mark.get("cx") == "353.0"


@pytest.mark.parametrize("count", [1, 2, 9, 10, 38, 200])
@pytest.mark.parametrize(("size", "most"), [("wide", 9), ("phone", 4)])
def test_no_more_labels_than_there_is_room_for(count, size, most):
    svg = drawn(a_trend(*["0.5"] * count), size)
    labels = [text.text for text in svg.iter("text") if text.text.startswith("第")]
    assert len(labels) <= most
    assert f"第 {count} 周" in labels


def test_crowded_points_keep_only_the_marks_that_need_attention_and_the_last():
    trend = a_trend(*["0.7"] * 60)
    trend.points[10].status, trend.points[20].status = "WARNING", "BELOW_STANDARD"
    assert [mark.tag for mark in named(drawn(trend, "phone"), "mark")] == [
        "rect",
        "polygon",
        "circle",
    ]


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_long_label_at_the_left_edge_begins_there(size):
    trend = a_trend("0.5", "0.6", labels=["2023–2024 学年第一学期", "2024 春"])
    for text in drawn(trend, size).iter("text"):
        if "学期" in text.text:
            assert text.get("text-anchor") == "start"


def test_each_state_has_its_own_shape():
    trend = a_trend("0.7", "0.5", "0.3", "0.3")
    states = ("MET", "BELOW_STANDARD", "WARNING", "NOT_JUDGED")
    for point, status in zip(trend.points, states, strict=True):
        point.status = status
    shapes = [(mark.tag, mark.get("class")) for mark in named(drawn(trend), "mark")]
    assert shapes == [
        ("circle", "mark mark-ok"),
        ("polygon", "mark mark-wa"),
        ("rect", "mark mark-ba"),
        ("circle", "mark mark-no"),
    ]


def test_limits_that_lie_close_together_keep_their_labels_apart():
    trend = a_trend("0.1", "0.9")
    trend.target_value, trend.warning_value = Decimal("0.61"), Decimal("0.605")
    svg = drawn(trend)
    heights = [
        Decimal(text.get("y"))
        for text in svg.iter("text")
        if text.get("class", "").startswith("limit")
    ]
    assert all(after - before >= 15 for before, after in pairwise(heights))


def test_the_bullet_says_value_and_limits_in_one_sentence():
    assert bar(a_reading()).get("aria-label") == (
        "现实值 61.02 %，预警值 40.00 %，标准值 60.00 %，目标值 80.00 %"
    )


def test_a_bullet_without_value_has_no_bar_and_says_so():
    svg = bar(a_reading(value=None, status="NO_DATA"))
    assert named(svg, "bar") == []
    assert svg.get("aria-label").startswith("无数据")


def test_the_bad_end_is_on_the_left_also_when_lower_is_better():
    higher = bar(a_reading())
    lower = bar(a_reading(direction="LOWER", target="0.1", standard="0.3", warning="0.5"))
    for svg in (higher, lower):
        assert named(svg, "zone-bad")[0].get("x") == "0.0"


def test_the_bar_takes_the_colour_of_the_state():
    assert named(bar(a_reading(status="WARNING")), "bar-ba")
    assert named(bar(a_reading(status="NOT_JUDGED")), "bar-no")


@pytest.mark.parametrize(
    ("limits", "zones"),
    [
        (Limits("HIGHER", None, Decimal("0.6"), Decimal("0.4")), ["good", "middle", "bad"]),
        (Limits("HIGHER", None, Decimal("0.6"), None), ["good", "middle"]),
        (Limits("HIGHER", None, None, Decimal("0.4")), ["good", "bad"]),
        (Limits("LOWER", None, Decimal("0.3"), Decimal("0.5")), ["good", "middle", "bad"]),
        (Limits("HIGHER", Decimal("0.8"), None, None), []),
        (Limits("RANGE", None, Decimal("0.6"), Decimal("0.4")), []),
    ],
)
def test_the_bands_follow_the_limits_that_are_set(limits, zones):
    drawn_zones = [
        name.removeprefix("zone-") for name, _, _ in limits.zones(Decimal(0), Decimal(1))
    ]
    assert drawn_zones == zones


def test_a_limit_outside_the_axis_does_not_draw_outside():
    limits = Limits("HIGHER", None, Decimal(5), Decimal("-3"))
    for _name, start, end in limits.zones(Decimal(0), Decimal(1)):
        assert Decimal(0) <= start < end <= Decimal(1)


def test_a_share_never_gets_an_axis_beyond_one():
    assert axis_of([Decimal("0.97")], unit="share", is_whole_share=False)[1] == 1


def test_an_axis_has_room_when_all_values_are_alike():
    for value in (Decimal(0), Decimal(7), Decimal(-7)):
        lowest, highest = axis_of([value], unit="points", is_whole_share=False)
        assert lowest < highest
        assert lowest <= value <= highest


def test_ticks_are_round_and_inside_the_axis():
    assert ticks_of(Decimal("0.35"), Decimal("0.92")) == [
        Decimal("0.4"),
        Decimal("0.6"),
        Decimal("0.8"),
    ]
    assert all(Decimal(3) <= tick <= Decimal(1234) for tick in ticks_of(Decimal(3), Decimal(1234)))


def test_a_mapping_is_drawn_like_an_object():
    reading = a_reading()
    mapping = vars(reading) | {"indicator": vars(reading.indicator)}
    assert bullet_svg(reading_picture(mapping)) == bullet_svg(reading_picture(reading))
