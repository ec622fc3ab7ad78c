"""The version of a package, compared with those of earlier releases: whether other data had the same version."""

from __future__ import annotations

from portal.core.models import History, Package, Release


def same_version(package: Package, history: History) -> Release | None:
    """The newest release with the version of `package` but other data; None if no known release is such.

    `history` is that of the package: its last release is the package as it is.
    """
    data_differ = False
    for release in reversed(history.releases):
        if data_differ and release.version == package.version and "version" not in release.withheld:
            return release
        data_differ = data_differ or bool(release.changes)
    return None


def citable_version(package: Package, history: History) -> str:
    """The version by which the data of `package` are cited, unique among its releases.

    If other data have the same version, 8 letters are added: of the id of the commit that last changed the data, or of
    the SHA-256 of the package if its files are not committed.
    """
    if same_version(package, history) is None:
        return package.version
    commit = next(release.commit for release in reversed(history.releases) if release.changes)
    separator = "." if "+" in package.version else "+" if package.version else ""
    return f"{package.version}{separator}{(commit or package.sha256)[:8]}"
