"""How to cite the open data, as reference managers read it. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from portal import urls
from portal.models import Bilingual, History, Package, Release


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


@dataclass(frozen=True, slots=True)
class Citation:
    """What names one release of the open data."""

    key: str
    author: Bilingual
    title: Bilingual
    publisher: Bilingual
    version: str
    created: date
    as_of: str
    """The day or days on which the figures were true, as ISO 8601 has it; "" where they are not known."""
    address: str
    sha256: str
    """Of the zip of the whole package."""


def cite(
    package: Package,
    as_of: tuple[date, date] | None,
    author: Bilingual,
    publisher: Bilingual,
    base_url: str,
    sha256: str,
) -> Citation:
    """The citation of a package that is published at `base_url`, with the sum of its zip."""
    return Citation(
        "-".join(filter(None, (package.name, re.sub(r"[^A-Za-z0-9.]+", "-", package.version)))),
        author,
        package.title,
        publisher,
        package.version,
        package.created,
        "" if as_of is None else "/".join(dict.fromkeys(day.isoformat() for day in as_of)),
        base_url + urls.DATA[1:],
        sha256,
    )


def bibtex(value: Citation) -> str:
    """A BibTeX entry. `@misc` is what every style knows; BibLaTeX reads `date` and `version` too."""
    fields = {
        "author": "{" + _escaped(value.author.th) + "}",
        "title": "{" + _escaped(_both(value.title)) + "}",
        "year": str(value.created.year),
        "date": value.created.isoformat(),
        "version": _escaped(value.version),
        "publisher": "{" + _escaped(value.publisher.th) + "}",
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
        "author": [{"literal": value.author.th}],
        "publisher": value.publisher.th,
        "issued": {"date-parts": [[value.created.year, value.created.month, value.created.day]]},
        "version": value.version,
        "URL": value.address,
        "language": "th",
        "note": _note(value),
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _both(text: Bilingual) -> str:
    return f"{text.th} ({text.en})" if text.en and text.en != text.th else text.th


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
