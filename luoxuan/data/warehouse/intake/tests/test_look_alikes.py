"""What a text most likely means: shapes, sounds, and the letters of pinyin."""

import pytest

from luoxuan.data.warehouse.intake.look_alikes import closest, spelled_out

KNOWN = {
    "student_id": ("学号",), "class_code": ("教学班代码",), "course_code": ("课程代码",),
    "taken_on": ("考勤日期", "日期"), "lesson": ("节次",), "state": ("考勤状态",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("xh", "student_id"),
        ("XH", "student_id"),
        ("JXBDM", "class_code"),
        ("kc", "course_code"),
        ("kqrq", "taken_on"),
        ("rq", "taken_on"),
        ("jie_ci", "lesson"),
        ("zt", "state"),
        # 课程代码 and 教学班代码 both end so; 考勤日期 and 考勤状态 both begin so.
        ("dm", ""),
        ("kq", ""),
        ("x", ""),
        ("gxsj", ""),
        ("", ""),
        ("学号", ""),
    ],
)
def test_letters_of_pinyin_name_a_field_unless_two_could_be_meant(header, expected):
    assert spelled_out(header, KNOWN) == expected


def test_the_same_shape_goes_before_other_letters():
    assert closest("计算机l", ["计算机1", "计算机2"]) == "计算机1"
