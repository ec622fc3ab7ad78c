"""The version of a package, compared with those of earlier releases: whether other data had the same version."""

from __future__ import annotations

from dataclasses import replace

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
    """The version by which the data of `package` are cited: no other state of the data has it.

    It is the version alone if the files are committed, the history is complete, and no earlier release has this version
    with other data. Otherwise 8 letters are added: of the SHA-256 of the package if its files are not committed, or of
    the id of the commit. `history` is that of the package, before `with_citable_versions`.
    """
    if not history.committed:
        return _with_suffix(package.version, package.sha256)
    newest = with_citable_versions(package, history).releases[-1]
    return package.version if "version" in newest.withheld else newest.version


def with_citable_versions(package: Package, history: History) -> History:
    """`history`, each release with the version by which its data are cited: see `citable_version`."""
    releases: list[Release] = []
    commits: dict[str, str] = {}
    """By version: the commit of the first of the successive releases that have these data."""
    data = ""
    """The commit that the data of the last release are from."""
    for release in history.releases:
        data = release.commit if release.changes or not releases else data
        version = release.version
        if not release.commit:
            version = _with_suffix(version, package.sha256)
        elif not history.complete:
            version = _with_suffix(version, release.commit)
        elif commits.setdefault(version, data) != data and "version" not in release.withheld:
            version = _with_suffix(version, data)
        releases.append(release if version == release.version else replace(release, version=version))
    return replace(history, releases=tuple(releases))


def _with_suffix(version: str, digest: str) -> str:
    separator = "." if "+" in version else "+" if version else ""
    return f"{version}{separator}{digest[:8]}"
