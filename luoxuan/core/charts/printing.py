"""Charts for paper「打印图表」: option and ECharts of the screen, run in a child process."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from luoxuan.core.charts.options import FONT

logger = logging.getLogger("luoxuan.core")

ECHARTS = "vendor/echarts/6.1.0/echarts.min.js"
WIDTH, HEIGHT = 640, 300
_SECONDS_AT_START, _SECONDS_PER_CHART = 20.0, 3.0


def chart_svgs(
    options: Sequence[Mapping[str, Any]],
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    seconds: float | None = None,
) -> list[str | None]:
    """Return one SVG per option; None where drawing failed or took too long.

    The first failure of the process itself leaves the rest undrawn: the document then prints their
    tables, which is better than a document that never comes.
    """
    if not options:
        return []
    jobs = [{"width": width, "height": height, "option": option} for option in options]
    text = "".join(json.dumps(job, ensure_ascii=False) + "\n" for job in jobs)
    limit = seconds or _SECONDS_AT_START + _SECONDS_PER_CHART * len(jobs)
    found: list[str | None] = [_svg_of(line) for line in _answers(text, limit)]
    return (found + [None] * len(jobs))[: len(jobs)]


def echarts_path() -> Path:
    """Return the vendored library, the same file that pages load."""
    path = finders.find(ECHARTS)
    if not isinstance(path, str):
        raise FileNotFoundError(ECHARTS)
    return Path(path)


def _answers(text: str, seconds: float) -> list[str]:
    command = [sys.executable, "-m", "luoxuan.core.charts.engine", str(echarts_path())]
    try:
        # Our own interpreter with our own arguments; options go by the pipe.
        done = subprocess.run(  # noqa: S603
            command, input=text.encode(), capture_output=True, timeout=seconds, check=False
        )
        output = done.stdout
        if done.returncode:
            logger.error("charts not drawn", extra={"status": done.returncode})
    except subprocess.TimeoutExpired as late:
        logger.error("charts took too long", extra={"seconds": seconds})
        output = late.stdout or b""
    # A line without its end was cut off in the middle.
    return [
        line for line in output.decode(errors="replace").splitlines(True) if line.endswith("\n")
    ]


def _svg_of(line: str) -> str | None:
    try:
        answer = json.loads(line)
    except json.JSONDecodeError:
        return None
    if "svg" not in answer:
        logger.warning("chart not drawn", extra={"reason": answer.get("error", "")})
        return None
    return str(answer["svg"]).replace("sans-serif", FONT)
