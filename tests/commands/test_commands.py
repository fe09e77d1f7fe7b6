"""Every command does its work, prints one document and ends with an honest status."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from luoxuan.campus.models import Grant
from luoxuan.campus.queries import Rights
from luoxuan.cli import jobs, output
from luoxuan.cli.commands import run
from luoxuan.cli.service import write_csv
from luoxuan.core.actions import enqueue
from luoxuan.core.models import User
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.queries import store
from luoxuan.monitoring.models import Alert
from luoxuan.portal.todo import todos_of
from luoxuan.testing.college import HEADER, SMALL, Passes, score_csv

pytestmark = pytest.mark.django_db

DONE, REFUSED, USAGE, INTERNAL = 0, 1, 2, 3
READING = ("--kind", "TEACHING_CLASS", "--subject", "MATH-2", "--period", "2025-1")
NAMES = (
    "demo", "config", "import", "export", "refresh", "values", "rows", "formula", "watch",
    "alerts", "catch-up", "jobs", "worker", "user", "authz", "verify", "serve",
)  # fmt: skip


@pytest.fixture
def answer(capsys):
    """Run a command with --json and return its exit status and its one document."""

    def ask(*arguments: str):
        status = run([*arguments, "--json"])
        printed = capsys.readouterr().out
        return status, json.loads(printed) if printed else None

    return ask


@pytest.fixture
def spoken(capsys):
    """Run a command and return its exit status and its lines on both outputs."""

    def ask(*arguments: str):
        status = run(list(arguments))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return ask


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "成绩.csv"
    classes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
    path.write_text(score_csv(classes), encoding="utf-8")
    return path


@pytest.fixture
def college(db, scores, capsys) -> None:
    """The small college, filled by the commands themselves."""
    assert run(["config", "load", str(SMALL)]) == DONE
    assert run(["import", "score", str(scores)]) == DONE
    capsys.readouterr()


def test_help_names_every_command_with_an_example(spoken):
    status, text, _ = spoken("--help")
    assert status == DONE
    for name in NAMES:
        assert f"$ luoxuan {name}" in " ".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_ends_with_an_example(spoken, name):
    status, text, _ = spoken(name, "--help")
    assert status == DONE
    assert f"example: luoxuan {name}" in text


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("conquer",),
        ("import",),
        ("import", "score", "a.csv", "--mode", "guess"),
        ("values", "x", "--kind", "PLANET"),
        ("rows", "x"),
        ("authz", "explain", "wang", "eat", "indicator"),
        ("verify", "--lang", "fr"),
    ],
)
def test_wrong_usage_is_status_two(spoken, arguments):
    assert spoken(*arguments)[0] == USAGE


def test_an_internal_error_is_status_three_and_not_a_traceback(spoken, monkeypatch):
    def fail(**_options):
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "verify_everything", fail)
    status, text, _ = spoken("verify")
    assert (status, text) == (INTERNAL, "")


def test_config_load_prints_its_changes_and_a_dry_run_changes_nothing(answer):
    status, document = answer("config", "load", str(SMALL), "--dry-run")
    assert (status, document["package"]) == (DONE, "small@1")
    assert not Dataset.objects.exists()
    assert answer("config", "load", str(SMALL))[1]["changes"] == document["changes"]
    assert answer("config", "load", str(SMALL))[1]["changes"] == []


def test_config_export_writes_a_package_that_changes_nothing(college, answer, tmp_path):
    status, names = answer("config", "export", str(tmp_path / "p.zip"))
    assert status == DONE
    assert "package.toml" in names
    assert answer("config", "load", str(tmp_path / "p.zip"), "--dry-run")[1]["changes"] == []


def test_a_conflict_is_shown_by_a_dry_run_and_refused_by_a_load(college, answer, tmp_path):
    (tmp_path / "other" / "campus").mkdir(parents=True)
    (tmp_path / "other" / "package.toml").write_text(
        'name = "other"\nversion = "1"\ntitle = "x"\n', "utf-8"
    )
    (tmp_path / "other" / "campus" / "subjects.csv").write_text(
        "kind,code,name,name_en,unit,parent\nCOURSE,MATH,别的,Other,WEST,UNIT:WEST\n", "utf-8"
    )
    status, document = answer("config", "load", str(tmp_path / "other"), "--dry-run")
    assert (status, document["changes"][0]["verb"]) == (REFUSED, "conflict")
    status, document = answer("config", "load", str(tmp_path / "other"))
    assert (status, document["refused"]) == (REFUSED, "package_conflict")


def test_import_reports_rows_notes_and_errors_with_their_cells(college, answer, tmp_path):
    path = tmp_path / "more.csv"
    path.write_text(
        f"{HEADER}\n1001,MATH-1,MATH,EAST-MATH,2025-1,abc,通过\n"
        "1002,MATH-1,MATH,EAST-MATH,2025-1,80,通过\n", "utf-8",
    )  # fmt: skip
    status, document = answer("import", "score", str(path))
    assert status == DONE
    assert (document["disposition"], document["version"]) == ("reject_rows", 2)
    assert (document["rows_accepted"], document["rows_rejected"]) == (1, 1)
    (error,) = document["errors"]
    assert set(error) == {"sheet", "row", "column", "cell", "value", "code", "facts", "message"}
    assert (error["row"], error["column"], error["cell"]) == (2, "score", "F2")
    assert (error["value"], error["code"], error["message"]) == (
        "abc",
        "not_a_number",
        "不是数字。请只填数字，不带单位和文字。",
    )
    assert document["questions"] == []


def test_the_language_of_messages_can_be_chosen(college, answer, spoken, tmp_path):
    path = tmp_path / "more.csv"
    path.write_text(HEADER + "\n1001,MATH-1,MATH,EAST-MATH,2025-1,abc,通过\n", "utf-8")
    document = answer("import", "score", str(path), "--dry-run", "--lang", "en")[1]
    assert document["errors"][0]["message"] == (
        "Not a number. Write digits only, without unit or words."
    )
    assert spoken("export", "nowhere", "-o", "x.csv")[2] == "没有名为“nowhere”的数据集。\n"
    english = spoken("export", "nowhere", "-o", "x.csv", "--lang", "en")[2]
    assert "nowhere" in english
    assert "没有" not in english


def test_a_refused_file_is_status_one_and_changes_nothing(college, answer, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("别的,表头\n1,2\n", "utf-8")
    status, document = answer("import", "score", str(path))
    assert (status, document["disposition"], document["version"]) == (REFUSED, "reject_file", None)
    assert document["errors"][0]["message"]
    assert DatasetVersion.objects.filter(dataset__name="score").count() == 1


def test_the_same_file_again_is_done_and_says_so(college, answer, spoken, scores):
    status, document = answer("import", "score", str(scores))
    assert (status, document["version"], document["batch"]) == (DONE, 1, None)
    assert document["notes"][-1]["message"] == "这个文件已经导入过，没有重复写入。"
    assert spoken("import", "score", str(scores))[0] == DONE


def test_several_files_give_a_list_and_a_missing_one_stops_before_the_first(
    college, answer, tmp_path
):
    paths = []
    for number, student in enumerate(("2001", "2002")):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(f"{HEADER}\n{student},MATH-1,MATH,EAST-MATH,2025-1,80,通过\n", "utf-8")
    absent = str(tmp_path / "absent.csv")
    status, document = answer("import", "score", str(paths[0]), absent, "--mode", "append")
    assert (status, DatasetVersion.objects.filter(dataset__name="score").count()) == (REFUSED, 1)
    assert absent in document["message"]
    status, documents = answer("import", "score", *map(str, paths), "--mode", "append")
    assert (status, [document["version"] for document in documents]) == (DONE, [2, 3])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import", "nowhere", "a.csv"), "unknown_dataset"),
        (("import", "score", "{scores}", "--period", "1999-1"), "period_unknown"),
        (("import", "_readings", "{scores}"), "unknown_dataset"),
        (("export", "nowhere", "-o", "x.csv"), "unknown_dataset"),
        (("refresh", "--indicator", "no.such"), "unknown_indicator"),
        (("rows", "course.pass_share", "--subject", "X", "--period", "2025-1"), "no_reading"),
        (("user", "grant", "nobody", "--role", "leader", "--whole"), "unknown_user"),
        (("authz", "explain", "nobody", "view", "indicator"), "unknown_user"),
        (("config", "load", "no/such/folder"), "package_not_found"),
        (("formula", "check", "计数()", "--dataset", "nowhere"), "unknown_dataset"),
    ],
)
def test_a_refusal_is_a_document_with_its_code_and_its_sentence(
    college, answer, scores, arguments, code
):
    status, document = answer(*(word.format(scores=scores) for word in arguments))
    assert (status, document["refused"]) == (REFUSED, code)
    assert document["message"] != code


def test_export_writes_what_can_be_imported_again(college, answer, scores, tmp_path):
    target = tmp_path / "rows.csv"
    assert run(["export", "score", "-o", str(target)]) == DONE
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert {len(line) for line in lines} == {len(HEADER.split(","))}
    assert lines[0] == HEADER.split(",")
    run(["import", "score", str(target), "--mode", "merge"])
    again = tmp_path / "again.csv"
    assert run(["export", "score", "-o", str(again)]) == DONE
    assert sorted(again.read_text("utf-8-sig").splitlines()) == sorted(
        target.read_text("utf-8-sig").splitlines()
    )


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_export_makes_cells_harmless_for_spreadsheets(tmp_path, first):
    path = tmp_path / "rows.csv"
    write_csv(path, ["a", "b"], [[f"{first}1+1", -1], [None, "x"]])
    text = path.read_bytes().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b"], [f"'{first}1+1", "-1"], ["", "x"],
    ]  # fmt: skip


def test_refresh_computes_once_and_on_demand_again(college, answer):
    status, document = answer("refresh")
    assert (status, document["run"], document["n_readings"]) == (DONE, None, 0)
    status, document = answer("refresh", "--force", "--indicator", "course.pass_share")
    assert (status, document["run"], document["n_indicators"]) == (DONE, 2, 1)
    assert document["datasets"] == {"score": 1}
    assert set(document["seconds"]) == {"plan", "scan", "readings"}


def test_values_are_exact_and_judged(college, answer):
    status, rows = answer("values", "course.pass_share", *READING)
    assert status == DONE
    (row,) = rows
    assert (row["numerator"], row["denominator"], row["value"]) == ("5", "10", "0.5")
    assert (row["rows"], row["state"], row["warning_value"]) == (10, "WARNING", "0.6")
    assert (row["run"], row["dataset_versions"], row["reason"]) == (1, "score@1", None)


def test_rows_are_those_behind_the_value(college, answer, tmp_path):
    status, document = answer("rows", "course.pass_share", *READING)
    assert (status, document["dataset"], document["version"]) == (DONE, "score", 1)
    assert [row["row_number"] for row in document["rows"]] == list(range(12, 22))
    target = tmp_path / "behind.csv"
    assert run(["rows", "course.pass_share", *READING, "-o", str(target)]) == DONE
    assert len(target.read_text("utf-8-sig").splitlines()) == 11


def test_formula_check_explains_or_points(college, answer, spoken):
    status, document = answer("formula", "check", "占比(得分 >= 60)", "--dataset", "score")
    assert (status, document["fields"]) == (DONE, ["score"])
    assert document["words"]
    status, _, words = spoken("formula", "check", "占比(没有 >= 60)", "--dataset", "score")
    assert status == REFUSED
    assert words.startswith("第4个字符")
    words = spoken("formula", "check", "占比(没有 >= 60)", "--dataset", "score", "--lang", "en")[2]
    assert words.startswith("Character 4")


def test_a_refused_formula_is_a_document_too(college, answer):
    status, document = answer("formula", "check", "占比(没有 >= 60)", "--dataset", "score")
    assert (status, document["refused"]) == (REFUSED, "unknown_name")
    assert document["facts"]["position"] == 4


def test_watch_run_and_alerts_tell_what_is_in_warning(college, answer):
    assert answer("watch", "run")[0] == DONE
    status, rows = answer("alerts", "--open")
    assert (status, [(row["subject"], row["value"]) for row in rows]) == (DONE, [("MATH-2", "0.5")])
    assert answer("alerts", "--subject", "MATH-1") == (DONE, [])
    assert Alert.objects.count() == 1


def test_catch_up_does_nothing_when_nothing_lags(college, answer):
    status, document = answer("catch-up")
    assert (status, document["refresh"]["run"]) == (DONE, None)
    assert document["watches"] == {"n_opened": 0, "n_confirmed": 0, "n_recovered": 0}


def test_users_are_added_granted_explained_and_deactivated(college, answer, spoken, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("correct-horse-battery\n", "utf-8")
    status, text, note = spoken("user", "add", "wang", "--password-file", str(secret))
    assert (status, text, note) == (DONE, "", "wang\n")
    assert User.objects.get(username="wang").check_password("correct-horse-battery")
    assert answer("authz", "explain", "wang", "view", "indicator") == (
        REFUSED, {"allowed": False, "scope": None},
    )  # fmt: skip
    assert (
        run(["user", "grant", "wang", "--role", "course_leader", "--subject", "COURSE:MATH"]) == 0
    )
    assert Grant.objects.get().subject.code == "MATH"
    status, document = answer("authz", "explain", "wang", "view", "indicator")
    assert (status, document["allowed"]) == (DONE, True)
    assert document["scope"]["whole_institution"] is False
    assert run(["user", "deactivate", "wang"]) == DONE
    assert not User.objects.get(username="wang").is_active


def test_a_generated_password_is_said_once_on_standard_error(spoken):
    status, text, note = spoken("user", "add", "li")
    assert (status, text) == (DONE, "")
    name, password = note.split()
    assert User.objects.get(username=name).check_password(password)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--role", "king", "--whole"), "unknown_role"),
        (("--role", "leader"), "grant_needs_one_place"),
        (("--role", "leader", "--whole", "--level", "COURSE"), "grant_needs_one_place"),
        (("--role", "leader", "--unit", "NORTH"), "unit_unknown"),
        (("--role", "leader", "--subject", "COURSE:NONE"), "unknown_subject"),
    ],
)
def test_a_grant_without_role_or_place_is_refused(college, answer, options, code):
    run(["user", "add", "li"])
    status, document = answer("user", "grant", "li", *options)
    assert (status, document["refused"]) == (REFUSED, code)
    assert not Grant.objects.exists()


def test_verify_is_silent_about_health_and_loud_about_damage(college, answer):
    assert answer("verify") == (DONE, [])
    (path, _), *_ = store().walk()
    (store().root / path).unlink()
    status, findings = answer("verify")
    assert status == REFUSED
    assert [(row["invariant"], row["about"], row["problem"]) for row in findings] == [
        ("I6", path, "missing")
    ]
    assert findings[0]["promise"] == "文件齐全，没有无主文件"


def test_the_worker_does_what_is_due_and_jobs_tells_of_it(college, answer, spoken):
    assert answer("jobs") == (DONE, [])
    enqueue(name="test.unknown", arguments={}, by=None, at=timezone.now(), title="试做")
    _, (waiting,) = answer("jobs", "--unfinished")
    assert (waiting["title"], waiting["state"], waiting["failure"]) == ("试做", "QUEUED", "")
    assert spoken("worker", "--once")[0] == DONE
    assert answer("jobs", "--unfinished") == (DONE, [])
    _, (failed,) = answer("jobs")
    assert failed["state"] == "FAILED"
    assert "test.unknown" in failed["failure"]
    assert list((settings.LUOXUAN_HOME / "audit-heads").glob("*.json"))
    assert answer("verify") == (DONE, [])


@pytest.mark.slow
def test_demo_builds_a_college_once(answer):
    status, document = answer("demo", "--students", "60", "--seed", "7")
    assert status == DONE
    assert {row["username"] for row in document["accounts"]} == set(
        User.objects.values_list("username", flat=True)
    )
    assert answer("demo", "--students", "60", "--seed", "7") == (DONE, document)
    assert answer("verify") == (DONE, [])
    assert Dataset.objects.get(name="course_result").current_number == 1
    # Whoever opens it in November is not asked for what February had settled.
    today = timezone.localdate()
    for name in ("academic", "vice", "quality"):
        found = todos_of(Rights(User.objects.get(username=name), on=today), on=today)
        assert "考核标准" not in {item.kind for item in found}, name


def test_printed_numbers_keep_every_digit(capsys):
    output.write_json([Decimal("12345678901234567890123456789.123456789"), Decimal("0.500000000")])
    assert json.loads(capsys.readouterr().out) == ["12345678901234567890123456789.123456789", "0.5"]
    output.write_table(("n",), [{"n": Decimal("100.000000000")}, {"n": None}])
    assert capsys.readouterr().out.split() == ["n", "100", "–"]
