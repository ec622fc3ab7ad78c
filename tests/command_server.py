"""Starts `build.py` in processes that need not import it: each is forked from this one, which has imported it.

    python tests/command_server.py NUMBER FOLDER

NUMBER is that of an inherited connection. A `Request` is answered by the number of the process and None; when the
process has ended, by its number and its exit code, as `subprocess` has it. The server ends with its client.

Builds share in FOLDER the templates that they compile and the pictures that they draw, which takes most of the time of
a small site: by the keys by which the program itself takes over those of an earlier build. Whoever needs a build that
compiles and draws them starts Python anew.
"""

import gc
import hashlib
import importlib
import os
import runpy
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build.py"


class Request(NamedTuple):
    """What a command is started with."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    out: str
    err: str
    """The files for the output and the errors."""
    alone: bool
    """Whether the process has a session of its own, and is stopped by signals as usual, whatever the server ignores."""
    before: str
    """A program that the process runs before the command, as Python runs `sitecustomize`; "" for none."""


def become_command(request: Request) -> None:
    """Be what `python build.py …` would be; ends with SystemExit."""
    if request.alone:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for request_to_stop in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(request_to_stop, signal.SIG_DFL)
    files = (os.devnull, os.O_RDONLY), (request.out, os.O_WRONLY), (request.err, os.O_WRONLY)
    for number, (file, mode) in enumerate(files):
        os.dup2(os.open(file, mode), number)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    sys.argv = [str(BUILD), *request.arguments]
    if request.before:
        exec(compile(request.before, "<before the command>", "exec"), {})
    runpy.run_path(str(BUILD), run_name="__main__")


def share_templates(folder: Path) -> None:
    """Let builds without a last site take the templates that another has compiled from the same."""
    from portal.pipeline import context
    from portal.pipeline.build_cache import CURRENT, SCRATCH

    def compiled(stage: Path) -> Path:
        return stage / SCRATCH / CURRENT / context.TEMPLATES

    def take(stage: Path) -> bool:
        if context.take_templates(stage):
            return True
        with suppress(FileNotFoundError):
            shutil.copytree(folder / context.shared_digest(stage), compiled(stage))
            return True
        return False

    def save(stage: Path) -> None:
        context.save_templates(stage)
        shared = folder / context.shared_digest(stage)
        if shared.exists():
            return
        with tempfile.TemporaryDirectory(dir=folder) as unfinished, suppress(OSError):
            # Where another build was faster, its folder is not empty, and stays.
            Path(shutil.copytree(compiled(stage), Path(unfinished, "all"))).rename(shared)

    # The room exports a function of this name.
    build = importlib.import_module("portal.pipeline.build")
    vars(build).update(take_templates=take, save_templates=save)


def share_pictures(folder: Path) -> None:
    """Let builds whose caches are empty take the pictures that another has drawn from the same."""
    worker = importlib.import_module("portal.pipeline.worker")
    draw: Callable[[str], bytes] = worker.draw_preview

    def drawn(svg: str) -> bytes:
        shared = folder / f"{hashlib.sha256(svg.encode()).hexdigest()}.png"
        with suppress(FileNotFoundError):
            return shared.read_bytes()
        picture = draw(svg)
        with suppress(OSError):
            unfinished = shared.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(picture)
            unfinished.rename(shared)
        return picture

    vars(worker).update(draw_preview=drawn)


def read_catalogues() -> None:
    """Read the program's messages once for all commands; a process remembers what their files said."""
    from portal.core.config import read_config
    from portal.core.messages import translations

    for language in read_config(ROOT / "pyproject.toml").conventions.languages:
        translations(language)


def serve(connection: Connection) -> None:
    """Answer requests until nobody can send one any more."""
    running: dict[int, int] = {}
    while True:
        for ready in wait([connection, *running]):
            if isinstance(ready, int):
                process = running.pop(ready)
                os.close(ready)
                connection.send((process, os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))
                continue
            try:
                request = Request(*connection.recv())
            except EOFError:
                return
            if process := os.fork():
                running[os.pidfd_open(process)] = process
                connection.send((process, None))
            else:
                connection.close()
                become_command(request)
                return


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    import build  # noqa: F401

    # These are imported when they are first used.
    later = ("babel.numbers", "frictionless.formats", "frictionless.portals", "frictionless.schemes", "jsonschema")
    for name in (*later, "portal.exports.parquet"):
        importlib.import_module(name)
    share_templates(Path(sys.argv[2]))
    share_pictures(Path(sys.argv[2]))
    read_catalogues()
    # The garbage collector of a command need not look at what the server has loaded, nor copy its pages for that.
    gc.collect()
    gc.freeze()
    serve(Connection(int(sys.argv[1])))
