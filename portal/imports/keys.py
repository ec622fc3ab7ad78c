"""Keys for rows that have none: made from their own texts, so that another row never changes them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from portal.core.urls import is_safe_id
from portal.imports.package_tables import Row, Table
from portal.search import fold

MAX_READABLE = 40
"""Characters of the readable part of a key, which becomes a part of an address."""


def made_key(cells: Sequence[str]) -> str:
    """The key of a row, made of some of its cells; "" where all are blank.

    It begins with the letters and digits of the first cell. Where these do not say all that the cells say, as of a
    title or of several cells, eight digits of the SHA-256 of all cells follow.
    """
    texts = [" ".join(cell.split()) for cell in cells]
    if not any(texts):
        return ""
    plain = unicodedata.normalize("NFKD", texts[0]).encode("ascii", "ignore").decode()
    readable = re.sub("[^A-Za-z0-9]+", "-", plain).strip("-")
    short = readable[:MAX_READABLE].strip("-")
    says_all = len(texts) == 1 and short == readable and re.fullmatch(r"[A-Za-z0-9 _./#-]+", texts[0])
    if says_all and is_safe_id(short):
        return short
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]
    return f"{short}-{digest}".lower() if short else f"k-{digest}"


def put_names(rows: Mapping[str, Row], column: str, table: Table) -> None:
    """Replace the texts under `column`, such as agencies.name, by the keys of the rows of `table` with these names.

    A name is known as the search folds it; one that the table does not have becomes a new row.
    """
    keys = {fold(row.get("name", "")): key for key, row in table.rows.items()}
    taken = {key.casefold() for key in table.rows}
    for row in rows.values():
        name = " ".join(row.pop(column).split())
        if name and fold(name) not in keys:
            key = made_key([name]).lower()
            key = made_key([name, ""]) if key in taken else key
            table.put(key, {"name": name})
            taken.add(key)
            keys[fold(name)] = key
        row[table.key] = keys[fold(name)] if name else ""
