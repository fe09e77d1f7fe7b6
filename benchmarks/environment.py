"""The environment of the peers 「对照环境」: made on demand, apart from ours.

A peer that cannot be installed is named with its error; the others still run.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).with_name("peers-requirements.txt")
FOLDER = ROOT / ".venv-bench"
ERROR_CHARACTERS = 500

VERSIONS_PROGRAM = """
import importlib.metadata, json, platform, sys
versions = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(versions))
"""


@dataclass(frozen=True)
class PeerEnvironment:
    """The Python the peers run with, and why a distribution is not in it."""

    python: Path
    errors: dict[str, str] = field(default_factory=dict)


def data_folder() -> Path:
    """Where benchmarks keep the data they make."""
    return Path(os.environ.get("LUOXUAN_BENCH") or ROOT / "var" / "bench").resolve()


def peer_environment() -> PeerEnvironment:
    """The environment of `peers-requirements.txt`, made or brought up to date if needed."""
    python = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = FOLDER / "installed.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if python.exists() and installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return PeerEnvironment(python)
    if not python.exists():
        venv.create(FOLDER, with_pip=True)
    errors = _install(python, requirement_lines(wanted))
    if not errors:
        installed.write_text(wanted, encoding="utf-8")
    return PeerEnvironment(python, errors)


def requirement_lines(text: str) -> list[str]:
    """The requirements of the file without comments and empty lines."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def versions(python: Path | str, names: Iterable[str]) -> dict[str, str]:
    """The version of Python and of each distribution that is installed there."""
    answer = subprocess.run(  # noqa: S603 - our own program
        [str(python), "-c", VERSIONS_PROGRAM, *names], capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def _install(python: Path, requirements: list[str]) -> dict[str, str]:
    """Install all at once, or one by one if that fails, and say which failed."""
    if _pip(python, requirements) is None:
        return {}
    errors = {}
    for requirement in requirements:
        error = _pip(python, [requirement])
        if error is not None:
            errors[requirement.partition("==")[0]] = error
    return errors


def _pip(python: Path, requirements: list[str]) -> str | None:
    """Nothing if pip succeeded, or the end of what it complained about."""
    sys.stderr.write(f"installing {' '.join(requirements)}\n")
    answer = subprocess.run(  # noqa: S603 - our own requirements
        [str(python), "-m", "pip", "install", "--quiet", *requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if answer.returncode == 0 else answer.stderr.strip()[-ERROR_CHARACTERS:]
