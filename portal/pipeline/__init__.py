"""The steps of a build: what is made from what, by which workers, what is taken over, and how it is published.

In: options and a configuration. Out: a published site, or the last one as it was.
"""

from portal.pipeline.build_cache import SCRATCH, Files, compare_previous, load_cache, save_cache
from portal.pipeline.diff import diff_report
from portal.pipeline.executor import Tasks, in_order_of_completion, workers
from portal.pipeline.fingerprint import input_sums
from portal.pipeline.manifest import MARKER, differences, finish, is_whole, read_info
from portal.pipeline.open_data import OpenData, write_archives
from portal.pipeline.page_store import DATA_SHARD, Shards, year_of
from portal.pipeline.publish import staged
from portal.pipeline.worker import SHARDS, BuildContext, index_years, render_shard, save_context

__all__ = [
    "DATA_SHARD",
    "MARKER",
    "SCRATCH",
    "SHARDS",
    "BuildContext",
    "Files",
    "OpenData",
    "Shards",
    "Tasks",
    "compare_previous",
    "diff_report",
    "differences",
    "finish",
    "in_order_of_completion",
    "index_years",
    "input_sums",
    "is_whole",
    "load_cache",
    "read_info",
    "render_shard",
    "save_cache",
    "save_context",
    "staged",
    "workers",
    "write_archives",
    "year_of",
]
