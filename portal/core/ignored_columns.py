"""Which columns of a table are not published."""

from __future__ import annotations

from collections.abc import Container


def ignored_in(resource: str, ignored: Container[str], header: tuple[str, ...]) -> frozenset[str]:
    """The columns in the `header` of the table `resource` that `ignored` lists, as `resource.column`."""
    return frozenset(name for name in header if f"{resource}.{name}" in ignored)
