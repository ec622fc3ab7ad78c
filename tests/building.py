"""Building a site as its users do: with the command, in a process of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build.py"
SAMPLE = ROOT / "tests" / "sample"


def run_build(
    *arguments: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with one job unless the arguments say how many.

    Each job compiles the templates, which takes longer than to render a small site. With an environment `env`, Python
    is started anew, so that it has other hashes. Without, the process is forked from one that has the program loaded,
    and takes the templates that an earlier one has compiled, and the pictures that it has drawn.
    """
    command = [str(argument) for argument in arguments]
    if not any(argument.startswith("--jobs") for argument in command):
        command += ["--jobs", "1"]
    if env is not None:
        start = [sys.executable, str(BUILD), *command]
        return subprocess.run(
            start, capture_output=True, text=True, encoding="utf-8", env=env, cwd=cwd, timeout=timeout
        )
    with TemporaryDirectory() as printed:
        out, err = Path(printed, "out"), Path(printed, "err")
        for file in (out, err):
            file.touch()
        running = command_server().start(command, out, err, cwd or Path.cwd())
        try:
            code = running.wait(timeout)
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(command, code, out.read_text("utf-8"), err.read_text("utf-8"))


class CommandServer:
    """The server of `command_server.py`, which ends with this process."""

    def __init__(self, *prefix: str | Path, shared: TemporaryDirectory[str] | None = None) -> None:
        """Start it, by the command `prefix`; it shares templates and pictures with another, if theirs are given."""
        self.connection, theirs = Pipe()
        self.codes: dict[int, int] = {}
        self.shared = shared or TemporaryDirectory()
        with theirs:
            number = theirs.fileno()
            server = ROOT / "tests" / "command_server.py"
            command = [*prefix, sys.executable, server, str(number), self.shared.name]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[number])

    def start(
        self,
        arguments: Sequence[str],
        out: Path,
        err: Path,
        folder: Path,
        *,
        environment: Mapping[str, str] = {},
        alone: bool = False,
        before: str = "",
    ) -> Command:
        """Start the command with `arguments`, and `environment` beside ours; see `command_server.Request`."""
        self.connection.send((arguments, str(folder), {**os.environ, **environment}, str(out), str(err), alone, before))
        while True:
            process, code = self.connection.recv()
            if code is None:
                # Numbers of processes come round again: this may have been that of one whose code nobody asked for.
                self.codes.pop(process, None)
                return Command(process, self)
            self.codes[process] = code

    def end(self) -> None:
        self.connection.close()
        self.process.wait()


@dataclass(frozen=True)
class Command:
    """A command that the server has started."""

    pid: int
    server: CommandServer

    def poll(self) -> int | None:
        """The exit code, or None while the command runs."""
        while self.server.connection.poll():
            self.server.codes.update([self.server.connection.recv()])
        return self.server.codes.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises TimeoutExpired when it has not after `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if not self.server.connection.poll(end and max(0, end - time.monotonic())):
                raise subprocess.TimeoutExpired("build.py", timeout or 0)
        return code


@cache
def command_server() -> CommandServer:
    """The server of this process of the tests."""
    server = CommandServer()
    atexit.register(server.end)
    return server


def copy_program(root: Path) -> Path:
    """The whole program in a folder of its own, as another city has it."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("portal", "templates", "locales", "content"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("build.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    return root
