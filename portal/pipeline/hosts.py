"""How large a site is, and which known hosts would refuse it: their limits, as their documentation has them.

`docs/hosting.md` shows the same table. The sources were looked up in November 2026.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MB = 10**6
GB = 10**9
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Host:
    """A host of static sites, and the limits that its documentation names. None: it names none."""

    name: str
    sources: tuple[str, ...]
    """The pages of its documentation that name the limits."""
    site_bytes: int | None = None
    """Bytes of a whole site, at most."""
    files: int | None = None
    """Files of a site, at most."""
    file_bytes: int | None = None
    """Bytes of one file, at most."""


_CLOUDFLARE = ("https://developers.cloudflare.com/pages/platform/limits/",)

HOSTS = (
    Host(
        "GitHub Pages",
        ("https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits",),
        site_bytes=GB,
    ),
    Host(
        "GitLab Pages",
        (
            "https://docs.gitlab.com/user/gitlab_com/#gitlab-pages",
            "https://docs.gitlab.com/administration/instance_limits/#number-of-files-per-gitlab-pages-website",
        ),
        site_bytes=GB,
        files=200_000,
    ),
    Host("Cloudflare Pages (free plan)", _CLOUDFLARE, files=20_000, file_bytes=25 * MIB),
    Host("Cloudflare Pages (paid plan)", _CLOUDFLARE, files=100_000, file_bytes=25 * MIB),
    Host(
        "Firebase Hosting",
        ("https://firebase.google.com/docs/hosting/usage-quotas-pricing",),
        file_bytes=2 * GB,
    ),
)


@dataclass(frozen=True, slots=True)
class SiteSize:
    """How large a site is."""

    files: int
    bytes: int
    """Of all files together."""
    largest: int
    """Bytes of the largest file."""
    estimated: bool = False

    @classmethod
    def of(cls, sizes: Sequence[int]) -> SiteSize:
        """The size of a site whose files have these bytes."""
        return cls(len(sizes), sum(sizes), max(sizes, default=0))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A host that would refuse a site, and why."""

    host: str
    reason: str
    """Each figure that is too large, with the limit: `53,500 files (at most 20,000)`."""

    @property
    def text(self) -> str:
        """The refusal as a sentence without its full stop."""
        return f"{self.host} would refuse this site: {self.reason}"


def refusals(size: SiteSize) -> list[Refusal]:
    """The known hosts that would refuse a site of this size."""
    reasons = [(host, _reasons(host, size)) for host in HOSTS]
    return [Refusal(host.name, ", ".join(found)) for host, found in reasons if found]


def _reasons(host: Host, size: SiteSize) -> list[str]:
    about = "about " if size.estimated else ""
    reasons = []
    if host.site_bytes is not None and size.bytes > host.site_bytes:
        reasons.append(f"{about}{_megabytes(size.bytes)} (at most {in_units(host.site_bytes)})")
    if host.files is not None and size.files > host.files:
        reasons.append(f"{about}{size.files:,} files (at most {host.files:,})")
    if host.file_bytes is not None and size.largest > host.file_bytes:
        reasons.append(f"a file of {about}{_megabytes(size.largest)} (at most {in_units(host.file_bytes)})")
    return reasons


def _megabytes(size: int) -> str:
    """Bytes as megabytes, rounded up: what is above a limit must not look as if it were at it."""
    return f"{math.ceil(size / MB):,} MB"


def in_units(limit: int) -> str:
    """A limit in the unit in which its source has it: `1 GB`, `25 MiB`."""
    return f"{limit // GB} GB" if limit % GB == 0 else f"{limit // MIB} MiB"
