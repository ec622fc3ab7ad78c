"""What a build tells while it runs, whoever listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.core.models import Package, PassedOver, Release, UnreadCommits


class Progress:
    """Listens to a build. This one does nothing with what it hears."""

    def stage(self, name: str) -> None:
        """A new stage has begun."""

    def progress(self, done: int, total: int) -> None:
        """So much of the stage is done."""

    def work(self, seconds: Mapping[str, float]) -> None:
        """The seconds that workers took for each kind of task, added up."""

    def warning(self, line: str) -> None:
        """Something to know, which keeps nothing from being published."""

    def passed_over(self, commits: Sequence[PassedOver]) -> None:
        """These commits are no releases."""

    def unread(self, groups: Sequence[UnreadCommits]) -> None:
        """These commits from before the package began cannot be read."""

    def incomplete(self, first: Release | None) -> None:
        """The history is known from `first` on, which is not the first release that there was."""

    def same_version(self, package: Package, other: Release) -> None:
        """Other data were published under the version of `package`, with the release `other`."""
