"""What lies in the repository is whole, small, runs as written, and names nobody's machine."""

import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from luoxuan.cli import main
from luoxuan.testing.postgresql import INSTALL, find_binaries

REPOSITORY = Path(__file__).resolve().parent.parent
LARGEST = 1_500_000
# Files of other projects, with their licences beside them.
NOT_OURS = ("/static/vendor/", "/print/fonts/")


def is_ours(path):
    return not any(folder in path.as_posix() for folder in NOT_OURS)


TEXT = {
    "", ".cfg", ".css", ".csv", ".html", ".js", ".json", ".lock", ".md", ".po", ".py", ".service",
    ".sh", ".svg", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
PERSONAL_PATH = re.compile(r"(?<![\w.:/)])/(?:home|Users|root|work|mnt|private)/\w")
# The brackets keep this file from finding itself.
INDEX_OPTION = re.compile(r"--(?:extra-)?index[-]url|--trusted[-]host|--find[-]links")
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
READMES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")


@cache
def files():
    """Return every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    names = sorted(set(listed.stdout.decode().rstrip("\0").split("\0")))
    return [REPOSITORY / name for name in names if (REPOSITORY / name).is_file()]


@cache
def texts():
    """Return name and text of every file of ours that people read or edit."""
    return {
        path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
        for path in files()
        if path.suffix in TEXT and is_ours(path)
    }


def personal_paths(text):
    """Return the paths in a text that exist on somebody's machine only."""
    found = PERSONAL_PATH.findall(text)
    return found + [str(REPOSITORY)] * (len(REPOSITORY.parts) > 2 and str(REPOSITORY) in text)


def test_no_file_names_a_path_of_a_machine():
    wrong = [name for name, text in texts().items() if personal_paths(text)]
    assert not wrong, wrong


def test_a_path_of_a_machine_is_seen():
    assert personal_paths("open('/ho" + "me/ann/data.csv')")
    assert personal_paths("cd /wo" + "rk/main")
    assert not personal_paths("https://example.org/home/page and /usr/lib/postgresql, ./var/home/x")


def test_no_file_names_a_package_index_but_the_public_one():
    wrong = [
        name
        for name, text in texts().items()
        if INDEX_OPTION.search(text.replace("--default-index https://pypi.org/simple", ""))
    ]
    assert not wrong, wrong


def test_the_locked_versions_come_from_the_public_index():
    hosts = {urlsplit(url).netloc for url in re.findall(r'https?://[^"]+', read("uv.lock"))}
    assert hosts <= PUBLIC_HOSTS
    for name in ("requirements.lock", "requirements-test.lock"):
        assert "://" not in read(name), name


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def versions(name):
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^ \\;]+)", read(name), re.MULTILINE))


def test_the_lists_for_pip_say_what_uv_locked():
    locked = {
        package["name"]: package["version"]
        for package in tomllib.loads(read("uv.lock"))["package"]
        if "version" in package
    }
    complete = versions("requirements-test.lock")
    assert versions("requirements.lock").items() <= complete.items()
    assert complete.items() <= locked.items()


def test_every_dependency_is_locked_and_has_its_reason():
    project = tomllib.loads(read("pyproject.toml"))
    wanted = project["project"]["dependencies"]
    assert len(wanted) <= 30
    assert {re.split(r"[\[~=<>; ]", name)[0] for name in wanted} <= versions(
        "requirements.lock"
    ).keys()
    lines = {line.strip() for line in read("pyproject.toml").splitlines()}
    for name in wanted:
        assert any(line.startswith(f'"{name}",') and "#" in line for line in lines), name


def test_every_locked_file_has_a_hash():
    for name in ("requirements.lock", "requirements-test.lock"):
        blocks = re.split(r"^(?=[\w.-]+(?:\[[\w,]+\])?==)", read(name), flags=re.MULTILINE)[1:]
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks), name


def test_no_file_is_large():
    large = [path for path in files() if path.stat().st_size > LARGEST and is_ours(path)]
    assert not large


def test_text_files_end_with_one_line_end():
    wrong = [
        name
        for name, text in texts().items()
        if text and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("name", ["run", ".ci/run", "manage.py"])
def test_scripts_can_be_started(name):
    assert os.access(REPOSITORY / name, os.X_OK)
    assert read(name).startswith("#!/usr/bin/env ")


def commands_of_run():
    return set(re.findall(r"^\./run ([a-z]+)", run("help").stdout, re.MULTILINE))


def run(*arguments):
    return subprocess.run(
        [REPOSITORY / "run", *arguments], capture_output=True, text=True, check=False
    )


def test_run_refuses_a_command_that_it_does_not_know():
    assert run("help").returncode == 0
    refused = run("fly")
    assert refused.returncode == 2
    assert "fly" in refused.stderr


@pytest.mark.parametrize("name", READMES)
def test_the_commands_of_the_readme_exist(name, capsys):
    if not (REPOSITORY / name).is_file():
        pytest.skip(f"{name} is not written yet")
    text = read(name)
    assert set(re.findall(r"(?<![\w.])\./run ([a-z]+)", text)) <= commands_of_run()
    main(["--help"])
    known = set(re.findall(r"[a-z][a-z-]+", capsys.readouterr().out))
    blocks = "\n".join(re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL))
    assert set(re.findall(r"(?:^|/bin/)luoxuan ([a-z][a-z-]*)", blocks, re.MULTILINE)) <= known


def test_every_tool_is_set_up_in_one_file():
    others = {"setup.cfg", "setup.py", "tox.ini", "pytest.ini", "mypy.ini", ".flake8", "ruff.toml"}
    assert not others & {path.name for path in files()}


def test_postgresql_binaries_are_here():
    if find_binaries() is None:
        pytest.skip(f"the tests ran without PostgreSQL: {INSTALL}")
