"""Cities like that of `dollar_city`, in any languages: nothing in their packages and content is in another one.

Their texts are those of the sample in letters that no language of the interface has, so that these can be told apart.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po, write_po

from tests import dollar_city

THAI = re.compile("[\u0e00-\u0e7f][\u0e00-\u0e7f \u0e00-\u0e7f]*")

CYRILLIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "абцдефгхийклмнопярстувшжызАБЦДЕФГХИЙКЛМНОПЯРСТУВШЖЫЗ"
)
"""The letters of what the data say."""

GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβψδεφγηιξκλμνοπθρστυςωχύζΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΆΩΧΎΖ"
)
"""The letters of what a catalogue says."""

STATUSES = {
    "ดำเนินการแล้วเสร็จ": "completed",
    "กำลังดำเนินการ": "in_progress",
    "ชะลอ": "delayed",
    "ยกเลิก": "cancelled",
    "ยังไม่มีการรายงาน": "not_reported",
}


def make(root: Path, *languages: str) -> Path:
    """The program of a city in these languages in `root`, with its package and content. Returns the package."""
    package = dollar_city.make(root, partial(_translate, languages=languages), collation='"en"')
    program = root / "program"
    _write_settings(program / "pyproject.toml", languages)
    _write_content(program / "content", languages)
    return package


def write_catalogue(locales: Path, language: str, said: Callable[[str], str]) -> None:
    """A catalogue that says each message as the function makes it of the English one."""
    with (locales / "portal.pot").open("rb") as file:
        blank = read_po(file, locale=language)
    path = locales / language / "LC_MESSAGES" / "portal.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, blank, width=0)
    fill_catalogue(locales, language, said)


def fill_catalogue(locales: Path, language: str, said: Callable[[str], str]) -> None:
    """Translate a catalogue that is there, as `write_catalogue` does."""
    path = locales / language / "LC_MESSAGES" / "portal.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if message.pluralizable:
            message.string = tuple(map(said, _forms(message.id, catalogue.num_plurals)))
        elif message.id:
            message.string = said(str(message.id))
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)


def _forms(ids: Sequence[str], count: int) -> Sequence[str]:
    """As many forms as the language has: that of one, and that of several for all others."""
    return [ids[0], *[ids[1]] * (count - 1)] if count > 1 else [ids[1]]


def in_greek(message: str) -> str:
    """A message in Greek letters, but for its variables, its markup and its addresses."""
    kept = re.split(r"(%%|%\(\w+\)s|\{\w+\}|<code>.*?</code>|<[^>]*>|&\w+;|\n(?:date|name|office)(?=:))", message)
    return "".join(part if index % 2 else part.translate(GREEK) for index, part in enumerate(kept))


def in_data_of(text: str, language: str) -> str:
    """What the data say in a language, of a text in English."""
    return f"{language.upper()} {text}".translate(CYRILLIC) if language else text.translate(CYRILLIC)


def _without_thai(text: str) -> str:
    """A text in which other letters stand for each run of Thai ones."""

    def word(run: re.Match[str]) -> str:
        if run[0].strip() in STATUSES:
            return STATUSES[run[0].strip()]
        number = zlib.crc32(run[0].strip().encode())
        return "".join("абвгдежзиклмнопр"[number >> 4 * digit & 15] for digit in range(8)).capitalize()

    return THAI.sub(word, text)


def _data_without_thai(cell: str) -> str:
    """A cell of which no letter is Thai, nor English where some are: codes, ids and addresses stay as they are."""
    has_thai = THAI.search(cell) and cell.strip() not in STATUSES
    return _without_thai(cell.translate(CYRILLIC) if has_thai else cell)


def _translate(package: Path, languages: Sequence[str]) -> None:
    descriptor = package / "datapackage.json"
    content = _described(json.loads(descriptor.read_text("utf-8")), languages)
    for resource in content["resources"]:
        fields = resource.get("schema", {}).get("fields", [])
        renamed = {"name_en": [f"name_{code}" for code in languages[1:]]}
        renamed["short_name_en"] = [f"short_name_{code}" for code in languages[1:]]
        if "schema" in resource:
            resource["schema"]["fields"] = [
                {**field, "name": name} for field in fields for name in renamed.get(field["name"], [field["name"]])
            ]
    descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    for file in (package / "data").glob("*.csv"):
        _translate_table(file, languages)
    for file in (*(package / "content" / "projects").glob("*.md"),):
        if file.name.endswith(".en.md"):
            file.unlink()
        else:
            file.write_text(_without_thai(file.read_text("utf-8")), "utf-8")


def _translate_table(file: Path, languages: Sequence[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    translated = []
    for row in rows:
        cells: dict[str, str] = {}
        for name, cell in row.items():
            if name.endswith("_en"):
                cells |= {f"{name[:-3]}_{code}": cell and in_data_of(cell, code) for code in languages[1:]}
            else:
                english = row.get(f"{name}_en")
                cells[name] = in_data_of(english, languages[0]) if english else _data_without_thai(cell)
        translated.append(cells)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(translated[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(translated)
    file.write_text(text.getvalue(), "utf-8")


def _described(part: Any, languages: Sequence[str]) -> Any:
    """A part of the descriptor in these languages."""
    if isinstance(part, str):
        return _without_thai(part)
    if isinstance(part, list):
        return [_described(each, languages) for each in part]
    if not isinstance(part, dict):
        return part
    described: dict[str, Any] = {}
    for key, value in part.items():
        if key == "enum_labels":
            described[key] = {
                _without_thai(code): {language: in_data_of(words["en"], language) for language in languages}
                for code, words in value.items()
            }
        elif f"{key}_en" in part:
            english = _without_thai(part[f"{key}_en"])
            described[key] = in_data_of(english, languages[0])
            described |= {f"{key}_{code}": in_data_of(english, code) for code in languages[1:]}
        elif not key.endswith("_en"):
            described[_without_thai(key)] = _described(value, languages)
    return described


def _write_settings(pyproject: Path, languages: Sequence[str]) -> None:
    lines = []
    for line in pyproject.read_text("utf-8").splitlines():
        if line.startswith("languages = "):
            lines.append(f"languages = {json.dumps(languages)}")
        elif match := re.match(r"(name|city|area) = (?=.*[\u0e00-\u0e7f])", line):
            lines.append(f'{match[1]} = "{in_data_of(match[1].capitalize(), languages[0])}"')
            lines += [f'{match[1]}_{code} = "{in_data_of(match[1].capitalize(), code)}"' for code in languages[1:]]
        elif not re.match(r"(name|city|area)_en = ", line):
            lines.append(line)
    pyproject.write_text("\n".join(lines) + "\n", "utf-8")


def _write_content(folder: Path, languages: Sequence[str]) -> None:
    for file in folder.glob("*.en.md"):
        file.unlink()
    for file in folder.glob("*.md"):
        for index, code in enumerate(languages):
            title = in_data_of(file.stem.replace("-", " "), code)
            text = f"---\ntitle: {title}\ndescription: {title}\n---\n\n{title}\n"
            name = file.name if index == 0 else f"{file.stem}.{code}.md"
            (folder / name).write_text(text, "utf-8")
