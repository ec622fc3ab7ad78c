"""How to cite the open data, as reference managers read it. Pure."""

from __future__ import annotations

import json
import re
from datetime import date

from portal.core import urls
from portal.core.models import Citation, Package, Text


def cite(
    package: Package,
    as_of: tuple[date, date] | None,
    author: Text,
    publisher: Text,
    base_url: str,
    sha256: str,
) -> Citation:
    """The citation of a package that is published at `base_url`, with the sum of its zip."""
    return Citation(
        "-".join(filter(None, (package.name, re.sub(r"[^A-Za-z0-9.]+", "-", package.version)))),
        author,
        package.title,
        publisher,
        package.conventions.languages[0],
        package.version,
        package.created,
        "" if as_of is None else "/".join(dict.fromkeys(day.isoformat() for day in as_of)),
        base_url + urls.DATA[1:],
        sha256,
    )


def bibtex(value: Citation) -> str:
    """A BibTeX entry. `@misc` is what every style knows; BibLaTeX reads `date` and `version` too."""
    fields = {
        "author": "{" + _escaped(value.author.first) + "}",
        "title": "{" + _escaped(_both(value.title)) + "}",
        "year": str(value.created.year),
        "date": value.created.isoformat(),
        "version": _escaped(value.version),
        "publisher": "{" + _escaped(value.publisher.first) + "}",
        "howpublished": r"\url{" + value.address + "}",
        "url": value.address,
        "note": _escaped(_note(value)),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{value.key},", *lines, "}", ""])


def csl(value: Citation) -> str:
    """The same as CSL-JSON (https://github.com/citation-style-language/schema), a list of one dataset."""
    item = {
        "id": value.key,
        "type": "dataset",
        "title": _both(value.title),
        "author": [{"literal": value.author.first}],
        "publisher": value.publisher.first,
        "issued": {"date-parts": [[value.created.year, value.created.month, value.created.day]]},
        "version": value.version,
        "URL": value.address,
        "language": value.language,
        "note": _note(value),
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _both(text: Text) -> str:
    """A text in all its languages."""
    first, *others = dict.fromkeys(text)
    return f"{first} ({'; '.join(others)})" if others else first


def _note(value: Citation) -> str:
    as_of = f"as of {value.as_of}" if value.as_of else "as-of date unknown"
    return f"{as_of}; SHA-256 {value.sha256}"


_SIGNS = {sign: f"\\{sign}" for sign in "&%$#_"} | {
    # BibTeX counts a brace after a backslash too.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _escaped(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text)
