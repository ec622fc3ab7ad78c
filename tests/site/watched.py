"""The real command under watch: which files it opens, which programs it starts, and whether it turns to the network.

    python tests/site/watched.py LOG build --package …          # one run, as build.py would
    python tests/site/watched.py LOG check-each PACKAGE …       # a check of each, in one process

The interpreter itself reports what happens (https://docs.python.org/3/library/audit_events.html), also in forked
workers, so nothing of the program needs to be replaced. LOG gets a line of JSON for each run.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

opened: set[str] = set()
programs: set[str] = set()
network: set[str] = set()


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes):
        opened.add(os.path.abspath(os.fsdecode(arguments[0])))
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        programs.add(os.path.basename(os.fsdecode(arguments[0])))  # type: ignore[arg-type]
    elif event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib") and event != "socket.gethostname":
        network.add(f"{event} {arguments[1:]}")


def run(arguments: list[str]) -> dict[str, object]:
    from build import main

    for seen in (opened, programs, network):
        seen.clear()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: object = main(arguments)
        except BaseException:
            code = traceback.format_exc()
    report: dict[str, object] = {"code": code, "out": out.getvalue(), "err": err.getvalue()}
    return report | {"opened": sorted(opened), "programs": sorted(programs), "network": sorted(network)}


if __name__ == "__main__":
    log, command, *rest = sys.argv[1:]
    sys.addaudithook(watch)
    runs = (
        [["check", "--format", "json", "--package", one] for one in rest]
        if command == "check-each"
        else [[command, *rest]]
    )
    lines = [json.dumps(run(one)) for one in runs]
    Path(log).write_text("\n".join(lines), "utf-8")
