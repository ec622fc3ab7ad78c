"""Documents, in an order -> the files of Pagefind's index. The only runner of Pagefind.

Over a folder, Pagefind reads documents in the order in which the file system lists them, so that its bytes differ from
disk to disk. As a service it indexes them in the order in which they are sent, and hands its files over, so that it
neither reads nor writes a file. Requests and answers are JSON in base64, each ended by a comma (`pagefind/src/service`
of Pagefind 1.5).
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import signal
import subprocess
from typing import IO, Any, Self, cast

import pagefind_bin

from portal.core.problems import UsageError
from portal.core.processes import die_with_parent

PATIENCE = 60.0
"""Seconds for which Pagefind may be silent; with each document it gets `PATIENCE_EACH` more."""

PATIENCE_EACH = 0.1


class Pagefind:
    """A Pagefind that indexes what it is given; `name` names the index in errors. It ends with the `with` block.

    Every method raises UsageError where Pagefind fails, dies, or does not answer in time.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._documents = self._unanswered = 0
        self._unsent = memoryview(b"")
        self._parts: list[bytes] = []
        self._answer: dict[str, Any] = {}
        self._errors = b""
        command = [str(pagefind_bin.get_executable()), "--service"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=die_with_parent
        )
        self._input, self._output, self._said = (
            cast("IO[bytes]", pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        # Whoever only writes, or only reads, could wait for a program that waits for him.
        os.set_blocking(self._input.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ, self._read)
        self._selector.register(self._said, selectors.EVENT_READ, self._read_error)

    def __enter__(self) -> Self:
        self._send(type="NewIndex", config=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        with self._process:
            self._process.kill()

    def add(self, path: str, html: str) -> None:
        """Index a document; its page has the URL `/path`."""
        self._documents += 1
        # Not waiting for the answer, which takes up to 0.1 s.
        self._send(type="AddFile", index_id=0, file_path=path, file_contents=html)

    def files(self) -> dict[str, bytes]:
        """The files of the index of all documents, by their names."""
        self._send(type="GetFiles", index_id=0)
        while self._unanswered:
            self._turn()
        return {file["path"]: base64.b64decode(file["content"]) for file in self._answer.pop("files")}

    def _send(self, **payload: Any) -> None:
        message = json.dumps({"message_id": 0, "payload": payload}).encode()
        self._unsent = memoryview(base64.b64encode(message) + b",")
        self._unanswered += 1
        self._selector.register(self._input, selectors.EVENT_WRITE, self._write)
        while self._unsent:
            self._turn()
        self._selector.unregister(self._input)

    def _turn(self) -> None:
        """Write and read what can be; wait until something can."""
        seconds = PATIENCE + PATIENCE_EACH * self._documents
        ready = self._selector.select(seconds)
        if not ready:
            raise self._failure(f"it did not answer within {seconds:.0f} s")
        for key, _ in ready:
            key.data()

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._input.fileno(), self._unsent) :]
        except BrokenPipeError:
            raise self._failure(self._ending()) from None

    def _read(self) -> None:
        data = os.read(self._output.fileno(), 1 << 20)
        if not data:
            raise self._failure(self._ending())
        *ends, rest = data.split(b",")
        for end in ends:
            answer = b"".join([*self._parts, end])
            self._parts.clear()
            try:
                self._answer = json.loads(base64.b64decode(answer, validate=True))["payload"]
            except ValueError:
                raise self._failure(" ".join(answer.decode("utf-8", "replace").split())) from None
            if self._answer["type"] == "Error":
                raise self._failure(self._answer["message"])
            self._unanswered -= 1
        self._parts.append(rest)

    def _read_error(self) -> None:
        data = os.read(self._said.fileno(), 1 << 16)
        self._errors += data
        if not data:
            self._selector.unregister(self._said)

    def _failure(self, why: str) -> UsageError:
        return UsageError(f"Pagefind could not index {self._name}: {why}")

    def _ending(self) -> str:
        """Why it has ended, on one line: the signal that killed it, or what it said."""
        _, rest = self._process.communicate()
        if self._process.returncode < 0:
            return f"it was killed ({signal.Signals(-self._process.returncode).name}), perhaps for want of memory"
        said = (self._errors + rest).decode("utf-8", "replace")
        return " ".join(said.split()) or f"it ended with {self._process.returncode}"
