"""The pages of a build, rendered by workers shard by shard while the next ones are planned."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from pathlib import Path

from portal.pipeline.build_cache import Files
from portal.pipeline.executor import Tasks, in_order_of_completion
from portal.pipeline.page_store import Shards
from portal.pipeline.progress import Progress
from portal.pipeline.worker import RenderedShard, render_shard
from portal.site import Links


class Rendering:
    """Shards of pages that workers render."""

    def __init__(self, tasks: Tasks, stage: Path) -> None:
        """`tasks` has the workers; the shards, and what is made of them, are in `stage`."""
        self._tasks, self._stage = tasks, stage
        self._started: list[Future[RenderedShard]] = []
        self._put_off: deque[Shards] = deque()
        self.planned = 0
        """How many pages the shards have that were started."""

    def start(self, shards: Shards) -> None:
        """Have shards rendered."""
        self.planned += sum(shards.pages.values())
        self._started += [self._tasks.submit("render", render_shard, self._stage, name) for name in shards.by_size]

    def put_off(self, shards: Shards) -> None:
        """Have the shards of a year rendered once two more have come.

        Before, the open data are enough to do. After, there is something left for a worker while another one makes an
        index, and while the pages of many projects are planned.
        """
        self._put_off.append(shards)
        if len(self._put_off) > 2:
            self.start(self._put_off.popleft())

    def start_all(self) -> None:
        """Start what was put off."""
        while self._put_off:
            self.start(self._put_off.popleft())

    def collect(self, progress: Progress) -> RenderedShard:
        """Wait until every shard that was started is rendered; returns all as one shard."""
        links, files, rendered = Links(), Files(), list[str]()
        for shard in in_order_of_completion(self._started):
            links.update(shard.links)
            files |= shard.files
            rendered += shard.rendered
            progress.progress(len(links), self.planned)
        return RenderedShard(files, links, rendered)
