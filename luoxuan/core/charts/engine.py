"""The child process that draws charts with ECharts in V8「制图进程」; it knows no Django.

    python -m luoxuan.core.charts.engine PATH_OF_ECHARTS

Reads one JSON line {"width", "height", "option"} per chart and answers one JSON line each:
{"svg"} or {"error"}. Its parent ends it when it takes too long.
"""

import json
import os
import sys
from pathlib import Path

from py_mini_racer import JSEvalException, MiniRacer

_SECONDS, _BYTES = 10, 256 * 1024 * 1024
_START = """
var self = globalThis, global = globalThis;
var setTimeout = function () { return 0; }, clearTimeout = function () {};
"""
_DRAW = """
function draw(job) {
  var chart = echarts.init(null, null, {
    renderer: 'svg', ssr: true, width: job.width, height: job.height
  });
  try {
    chart.setOption(job.option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
"""


def main() -> None:
    """Draw what comes in, until the input ends."""
    engine = MiniRacer()
    engine.eval(_START)
    engine.eval(Path(sys.argv[1]).read_text(encoding="utf-8"))
    engine.eval(_DRAW)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_drawn(engine, json.loads(line)), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    # V8 waits for ever to be taken down once a drawing has thrown; everything is written by now.
    os._exit(0)


def _drawn(engine: MiniRacer, job: object) -> dict[str, str]:
    try:
        call = f"draw({json.dumps(job)})"
        return {"svg": str(engine.eval(call, timeout_sec=_SECONDS, max_memory=_BYTES))}
    except JSEvalException as error:
        return {"error": str(error)[:300]}


if __name__ == "__main__":
    main()
