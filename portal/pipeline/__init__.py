"""The steps of a build: what is made from what, by which workers, what is taken over, and how it is published.

In: options and a configuration. Out: a published site, or the last one as it was.
"""

from portal.pipeline.build import build
from portal.pipeline.check import check, verify
from portal.pipeline.diff import diff_report
from portal.pipeline.hosts import SiteSize, refusals
from portal.pipeline.options import BuildOptions, available_cores
from portal.pipeline.progress import Progress
from portal.pipeline.site_diff import compare_sites

__all__ = [
    "BuildOptions",
    "Progress",
    "SiteSize",
    "available_cores",
    "build",
    "check",
    "compare_sites",
    "diff_report",
    "refusals",
    "verify",
]
