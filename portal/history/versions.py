"""The versions of a package, held against its history: which data have one, and what tells them apart."""

from __future__ import annotations

from portal.core.models import History, Package, Release


def same_version(package: Package, history: History) -> Release | None:
    """The newest release that has the version of `package` and other data; None where no known one has.

    `history` is that of the package, and ends with it.
    """
    differs = False
    for release in reversed(history.releases):
        if differs and release.version == package.version and "version" not in release.withheld:
            return release
        differs = differs or bool(release.changes)
    return None


def citable_version(package: Package, history: History) -> str:
    """What the data of `package` are cited by: their version, and where other data have it too, what parts the two.

    That is the id of the commit that made them what they are, or of files that are not committed their own sum.
    """
    if same_version(package, history) is None:
        return package.version
    commit = next(release.commit for release in reversed(history.releases) if release.changes)
    sign = "." if "+" in package.version else "+" if package.version else ""
    return f"{package.version}{sign}{(commit or package.sha256)[:8]}"
