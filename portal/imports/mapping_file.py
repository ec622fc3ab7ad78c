"""MAPPING.toml: which column of a CSV is which column of the package, and how its cells are written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.core.config import read_toml
from portal.core.problems import UsageError, suggest
from portal.imports.csv_cells import AS_IN_PACKAGE, CellFormat
from portal.imports.csv_text import ENCODINGS, PLAIN, SEPARATORS, CsvFormat

_TEXTS = ("table", "encoding", "separator")
_FLAGS = ("buddhist_era", "month_first", "decimal_comma")
_SKIP = "skip_incomplete"
_LISTS = ("key_from", "blank", "leave_blank")
_TABLES = ("columns", "fixed")
_KEYS: Mapping[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys((*_FLAGS, _SKIP), bool),
    **dict.fromkeys(_LISTS, list),
    **dict.fromkeys(_TABLES, dict),
}

LINKED = ("agencies.name", "areas.name")
"""What a column may be besides a column of its own table: the name of a row of another one, to which its key leads."""


def linked_table(column: str) -> str:
    """The table of a column of LINKED."""
    return column.partition(".")[0]


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """What a mapping file says."""

    table: str
    columns: Mapping[str, str]
    """By their heading, the column of the package, or one of LINKED."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """By column of the package, the value that all rows have."""
    format: CsvFormat = PLAIN
    cells: CellFormat = AS_IN_PACKAGE
    key_from: tuple[str, ...] = ()
    """The headings from whose cells the key of a row is made, where no column is the key."""
    leave_blank: frozenset[str] = frozenset()
    """The headings of the columns whose cells are left blank where they cannot be read."""
    skip_incomplete: bool = False
    """Whether rows without a key or a title are left out, and named."""

    def linked_names(self) -> list[str]:
        """The columns of LINKED that are filled."""
        return [column for column in self.columns.values() if column in LINKED]

    def plain_columns(self) -> dict[str, str]:
        """The columns that are not of LINKED, by heading."""
        return {heading: column for heading, column in self.columns.items() if column not in LINKED}


def read_mapping(path: Path) -> CsvMapping:
    """Read a mapping. Raises UsageError, which says how to correct it."""
    content = read_toml(path, str(path))
    _check(content, path)
    columns, fixed = content["columns"], content.get("fixed", {})
    names = [*columns.values(), *fixed]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f'{path}: "{repeated}" is filled twice.')
    flags = {key: content.get(key, False) for key in _FLAGS}
    return CsvMapping(
        content["table"],
        columns,
        fixed,
        CsvFormat(content.get("encoding", "utf-8"), content.get("separator", ",")),
        CellFormat(**flags, blank=tuple(content.get("blank", ()))),
        tuple(content.get("key_from", ())),
        frozenset(content.get("leave_blank", ())),
        content.get(_SKIP, False),
    )


def _check(content: Mapping[str, Any], path: Path) -> None:
    for key, value in content.items():
        if key not in _KEYS:
            raise UsageError(f"{path}: there is no key {key}. {suggest(key, _KEYS)}".strip())
        if type(value) is not _KEYS[key]:
            raise UsageError(f"{path}: {key} must be of the type {_KEYS[key].__name__}.")
    for key in ("table", "columns"):
        if not content.get(key):
            raise UsageError(f"{path}: {key} is missing.")
    _check_texts(content, path)
    allowed: Mapping[str, Collection[str]] = {"encoding": ENCODINGS, "separator": SEPARATORS}
    for key, values in allowed.items():
        if content.get(key, next(iter(values))) not in values:
            raise UsageError(f"{path}: {key} must be one of: {', '.join(map(toml_text, values))}.")
    if unknown := next((h for h in content.get("leave_blank", ()) if h not in content["columns"]), None):
        raise UsageError(f'{path}: leave_blank names "{unknown}", which is not among the columns.')


def _check_texts(content: Mapping[str, Any], path: Path) -> None:
    texts = [text for key in _TABLES for text in content.get(key, {}).values()]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{path}: the columns and the fixed values must be texts.")
    for key in _LISTS:
        if not all(isinstance(text, str) for text in content.get(key, ())):
            raise UsageError(f"{path}: {key} must be a list of texts.")


def mapping_toml(mapping: CsvMapping, comment: str) -> str:
    """The file that `read_mapping` reads as `mapping`, with a comment of one line."""
    lines = [f"# {' '.join(comment.split())}", f"table = {toml_text(mapping.table)}"]
    if mapping.format != PLAIN:
        lines += [
            f"encoding = {toml_text(mapping.format.encoding)}",
            f"separator = {toml_text(mapping.format.separator)}",
        ]
    lines += [f"{key} = true" for key in _FLAGS if getattr(mapping.cells, key)]
    lines += [f"{_SKIP} = true"] * mapping.skip_incomplete
    lists = {"key_from": mapping.key_from, "blank": mapping.cells.blank, "leave_blank": sorted(mapping.leave_blank)}
    lines += [f"{key} = {_toml_list(texts)}" for key, texts in lists.items() if texts]
    for name, table in (("columns", mapping.columns), ("fixed", mapping.fixed)):
        if table:
            lines += ["", f"[{name}]", *(f"{toml_text(key)} = {toml_text(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def toml_text(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(toml_text, texts))}]"


def own_column(heading: str, taken: Collection[str]) -> str:
    """A name for a column that the portal does not know, from its heading: small letters, digits and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")[:MAX_OWN].strip("_") or "column"
    name = name if name[0].isalpha() else f"column_{name}"
    return next(n for n in (name, *(f"{name}_{number}" for number in range(2, 10_000))) if n not in taken)


MAX_OWN = 40
"""Characters of a name for a column that the portal does not know."""
