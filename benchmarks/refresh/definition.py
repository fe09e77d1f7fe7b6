"""What is computed 「任务定义」: sizes, levels, indicators, and dates, told once for every peer."""

from dataclasses import dataclass
from datetime import datetime

#: Raised when the generated files change, so that a cached folder is made again.
DATA_FORMAT = 1

#: Both windows of the trend are 28 days; the last one ends with the data.
PREVIOUS_WINDOW_START = datetime(2025, 5, 3)  # noqa: DTZ001 - campus time has no zone in the files
LAST_WINDOW_START = datetime(2025, 5, 31)  # noqa: DTZ001

ATTENDANCE_KINDS = ("attend", "absent", "late")
PASS_SCORE = 60
THREADS = 2


@dataclass(frozen=True)
class Size:
    """How much data is made 「规模」."""

    events: int
    students: int
    grades: int


SIZES = {
    "tiny": Size(25_000, 250, 2_500),
    "small": Size(250_000, 2_500, 25_000),
    "x1": Size(2_500_000, 25_000, 250_000),
    "x4": Size(10_000_000, 100_000, 1_000_000),
    "x16": Size(40_000_000, 400_000, 4_000_000),
}


@dataclass(frozen=True)
class Level:
    """A level 「层面」: the column readings are grouped by, and what `n_courses` counts there."""

    name: str
    key: str
    distinct: str

    @property
    def needs_student(self) -> bool:
        """Whether the key is a column of the student and not of the event."""
        return self.key in ("program_id", "college_id")


LEVELS = (
    Level("student", "student_id", "course_id"),
    # A course has one course: its students are counted instead.
    Level("course", "course_id", "student_id"),
    Level("program", "program_id", "course_id"),
    Level("college", "college_id", "course_id"),
)


@dataclass(frozen=True)
class Indicator:
    """An indicator 「指标」 as three columns of one wide row per entity.

    `denominator` is empty for a plain count, whose denominator is 1.
    """

    name: str
    numerator: str
    denominator: str
    rows: str
    decimals: int


# The columns of the wide row: events, absent, late, attendance (all three attendance kinds),
# value_sum and submitted (kind submit), distinct_count, active_days, last_window,
# previous_window, both_windows; weighted_score, credit_sum, passed, grades.
INDICATORS = (
    Indicator("n_events", "events", "", "events", 0),
    Indicator("absence_rate", "absent", "attendance", "attendance", 4),
    Indicator("late_rate", "late", "attendance", "attendance", 4),
    Indicator("mean_value", "value_sum", "submitted", "submitted", 2),
    Indicator("n_courses", "distinct_count", "", "events", 0),
    Indicator("active_days", "active_days", "", "events", 0),
    Indicator("trend_ratio", "last_window", "previous_window", "both_windows", 4),
    Indicator("mean_score", "weighted_score", "credit_sum", "grades", 2),
    Indicator("pass_rate", "passed", "grades", "grades", 4),
)


@dataclass(frozen=True)
class Threshold:
    """Target, standard, and warning value 「目标值、标准值、预警值」 of an indicator.

    `direction` 1: higher is better, a value below `warning` alerts; -1: one above it does.
    """

    indicator: str
    direction: int
    target: str
    standard: str
    warning: str


THRESHOLDS = (
    Threshold("absence_rate", -1, "0.06", "0.09", "0.115"),
    Threshold("late_rate", -1, "0.06", "0.09", "0.115"),
    Threshold("mean_value", 1, "50", "48", "45"),
    Threshold("n_courses", 1, "9", "8", "7"),
    Threshold("active_days", 1, "60", "50", "38"),
    Threshold("trend_ratio", 1, "1.0", "0.8", "0.6"),
    Threshold("mean_score", 1, "70", "66", "60"),
    Threshold("pass_rate", 1, "0.7", "0.6", "0.5"),
    Threshold("n_events", 1, "90", "80", "70"),
)

#: Above the student these counts grow with the size of the entity, so nothing warns about them.
COUNTS_ONLY_WATCHED_FOR_STUDENTS = ("n_events", "active_days", "n_courses")
