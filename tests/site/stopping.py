"""Builds to be stopped, and disks to be filled: real processes, and a small file system that only they see."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from tests.building import BUILD, Command, CommandServer, command_server

Tree = dict[str, bytes]

PATIENCE = 300
"""Seconds after which a build that does not end has hung, also on a slow machine that others keep busy."""


def tree(folder: Path) -> Tree:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def names(folder: Path) -> list[str]:
    """The names in a folder, without that of what a build saves for the next one."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".site.spare")


class Process(NamedTuple):
    """A running process, as /proc has it."""

    pid: int
    parent: int
    command: str


def processes(session: int) -> list[Process]:
    """The processes of a session that still run, the oldest first."""
    found = []
    for folder in sorted((f for f in Path("/proc").iterdir() if f.name.isdigit()), key=lambda f: int(f.name)):
        try:
            state, parent, _, of = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[:4]
            if int(of) == session and state not in "ZX":
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append(Process(int(folder.name), int(parent), command))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class Ended(NamedTuple):
    """How a build ended: its exit code, and what it said to standard error."""

    code: int
    said: str


def default_signals() -> None:
    """Do with requests to stop what is usual: whoever started the tests may ignore them, as nohup does."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Running:
    """A build under way, in a session of its own."""

    def __init__(
        self,
        command: Sequence[str | Path],
        server: CommandServer | None = None,
        /,
        before: str = "",
        **environment: str,
    ) -> None:
        """Start it, and before it the program `before`; forked from `server`, or from that of all tests.

        A command that is not `build.py` alone is started as it is, with nothing before it.
        """
        # Not a pipe: whoever outlives the build would keep it open.
        errors, name = tempfile.mkstemp()
        self.errors = Path(name)
        self.process: Command | subprocess.Popen[bytes]
        if [*command[:2]] == [sys.executable, BUILD]:
            self.process = (server or command_server()).start(
                [str(argument) for argument in command[2:]],
                Path(os.devnull),
                self.errors,
                Path.cwd(),
                environment=environment,
                alone=True,
                before=before,
            )
        else:
            self.process = subprocess.Popen(
                command,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=os.environ | environment,
                preexec_fn=default_signals,
            )
        os.close(errors)
        self.pid = self.process.pid

    def end(self, patience: float = PATIENCE) -> Ended:
        """Wait for the end; where it does not come, all is killed, and that is a failure."""
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the build has hung") from None
        said = self.errors.read_text("utf-8")
        self.errors.unlink()
        return Ended(code, said)

    def kill(self) -> None:
        """Kill every process of the build."""
        for process in processes(self.pid):
            # A worker ends with the process that started it.
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        self.process.wait()
        self.errors.unlink(missing_ok=True)

    def others(self) -> list[Process]:
        """The processes that the build has started and that still run."""
        return [process for process in processes(self.pid) if process.pid != self.pid]

    def until(self, find: Callable[[], Any]) -> Any:
        """Wait until `find` finds something, and return it; the build must not end before."""
        while not (found := find()):
            assert self.process.poll() is None, "the build has ended before"
            time.sleep(0.001)
        return found

    def worker(self) -> Process | None:
        """A process with a part of the build's own work."""
        for one in self.others():
            if re.search(r"build\.py|command_server|multiprocessing", one.command) and "tracker" not in one.command:
                # Any program that is started has our command for a moment.
                time.sleep(0.02)
                if one in processes(self.pid):
                    return one
        return None

    def pagefind(self) -> Process | None:
        """A Pagefind in the midst of its work, which it does not go on with."""
        for one in self.others():
            if "--service" in one.command:
                try:
                    os.kill(one.pid, signal.SIGSTOP)
                except ProcessLookupError:
                    continue
                if one in processes(self.pid):
                    return one
        return None

    def nobody_is_left(self, patience: float = 5) -> bool:
        """Whether all that the build has started ends soon after it; what does not is killed."""
        end = time.monotonic() + patience
        while left := processes(self.pid):
            if time.monotonic() > end:
                for process in left:
                    os.kill(process.pid, signal.SIGKILL)
                return False
            time.sleep(0.02)
        return True


@dataclass
class Disk:
    """A file system in memory, mounted at `folder` for those alone who are started by `inside`."""

    folder: Path
    holder: subprocess.Popen[str]

    def inside(self, *command: str | Path) -> list[str | Path]:
        namespaces = ["--mount"] if os.geteuid() == 0 else ["--user", "--preserve-credentials", "--mount"]
        return ["nsenter", "--target", str(self.holder.pid), *namespaces, *command]

    @cached_property
    def server(self) -> CommandServer:
        """What commands that see it are forked from."""
        return CommandServer(*self.inside(), shared=command_server().shared)

    @property
    def seen(self) -> Path:
        """The folder, as others can look at it."""
        return Path(f"/proc/{self.holder.pid}/root{self.folder}")

    def mount_again(self, options: str) -> None:
        subprocess.run(self.inside("mount", "-o", f"remount,{options}", self.folder), check=True)

    def used(self) -> tuple[int, int]:
        """The bytes and the inodes that are taken."""
        of = os.statvfs(self.seen)
        return (of.f_blocks - of.f_bfree) * of.f_frsize, of.f_files - of.f_ffree


def disk(folder: Path) -> Iterator[Disk]:
    """A roomy disk; it is gone when the caller is done."""
    folder.mkdir()
    with mounted('mount -t tmpfs -o size=100m,nr_inodes=100k tmpfs "$0"', folder) as holder:
        made = Disk(folder, holder)
        yield made
        if "server" in vars(made):
            made.server.end()


@contextmanager
def mounted(script: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The process in whose namespace the shell `script`, which has `folder` as `$0`, has mounted something."""
    alone = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    holder = subprocess.Popen(
        ["unshare", *alone, "--propagation", "private", "sh", "-c", f"{script} && echo ready && exec cat", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        yield holder


def without_privileges(*command: str | Path) -> list[str | Path]:
    """The command as run by a user whom permissions bind, but who may read what we may."""
    if os.geteuid() != 0:
        return [*command]
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", *command]
