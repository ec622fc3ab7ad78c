"""The suppliers that are natural persons: recognised by their kind or their name, which is not published.

A contract with a person is public, her name is personal data. So `A_NATURAL_PERSON` is published in its place, unless
`personal_data_allowed` in datapackage.json gives a reason for the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from portal.core.messages import Message
from portal.core.models import NATURAL_PERSON, Language, names_in
from portal.package.personal_data.allowances import PROPERTY, Allowed, allowed_by
from portal.package.personal_data.folding import fold
from portal.package.tables import Table

SUPPLIERS = "suppliers"

A_NATURAL_PERSON = Message("A natural person")
"""What is published in place of a person's name."""


@cache
def published_names(languages: tuple[Language, ...]) -> Mapping[str, str]:
    """What is published in place of a person's name, by the column of `SUPPLIERS`."""
    return {column: A_NATURAL_PERSON[language] for column, language in names_in("name", languages).items()}


HiddenNames = Mapping[int, Mapping[str, str]]
"""What is published in place of the names of persons, by the number of the row and the column."""

_FIRM = re.compile(
    r"บริษัท|จ(?:ำ|ํา)กัด|มหาชน|ห้าง|หจก|บจก|บมจ|สหกรณ์|มูลนิธิ|สมาคม|วิสาหกิจ|กิจการร่วมค้า"
    r"|(?i:\b(?:co|ltd|limited|inc|company|corp|corporation|plc|partnership|foundation|association)\b)"
)
"""Words of the names of firms and other bodies."""

_LONGER_WORDS = (
    *("นายกเทศ", "นายกรัฐ", "นายกสมาคม", "นายกองค์การ", "นายช่าง", "นายหน้า", "นายจ้าง", "นายท่า", "นายทะเบียน", "นายอำเภอ"),
    *("นายตรวจ", "นายประกัน", "นายแบบ", "นางแบบ", "นางพญา", "นางรอง", "นางเลิ้ง", "นางกวัก", "นางบวช"),
)
"""Words and names of places that begin as a title does."""

_OTHER_WORDS = frozenset({*_LONGER_WORDS, "นายก"})
"""The same, and one with which many given names begin."""

_LETTER = re.compile("[A-Za-zก-๎]")
_TWO_WORDS = re.compile("(?![ก-ฮ]์)[A-Za-zก-๎]{2,} +([A-Za-zก-๎]{2,})")
"""A silent letter begins no name: นายณ์ is a word."""

_ORDERS = ("จ้าง", "เหมา", "บริการ", "เช่า", "โดย", "ให้", "แก่", "กับ", "ราย", "คือ", "ของ")
"""Words after which a name may follow without a space."""

_PLACES = (
    *("ถนน", "ซอย", "ตรอก", "คลอง", "คู", "ลำราง", "วัด", "สะพาน", "ชุมชน", "บ้าน", "โรงเรียน", "ตลาด"),
    *("สวน", "ตึก", "อาคาร", "แขวง", "เขต", "ตำบล", "อำเภอ", "แยก", "ท่าเรือ", "ห้อง", "ฝาย", "บึง", "หมู่"),
)
"""Words before the name of a place, which is often that of a person."""

_NO_SURNAMES = (
    *_PLACES,
    *("ระยะ", "ช่วง", "ตอน", "จาก", "ถึง", "จำนวน", "ประจำ", "พื้นที่", "บริเวณ", "เชื่อม", "และ", "งบประมาณ"),
)
"""Words that follow the name of a place."""


class PersonNames:
    """Recognises the names of natural persons by the titles with which they begin."""

    def __init__(self, titles: Sequence[str], languages: tuple[Language, ...]) -> None:
        """`titles` are such as นาย, น.ส. and Mrs; one in Latin letters counts in capitals too.

        `languages` are those of the city, in which something is published in place of the names.
        """
        self.published = published_names(languages)
        # The longest first: นางสาว is not นาง.
        ordered = sorted(titles, key=len, reverse=True)
        self._title = re.compile(f"(?:{'|'.join(map(_pattern, ordered))})(?=[^\\W\\d_])" if titles else "(?!)")

    def include(self, name: str, kind: str | None = None) -> bool:
        """Whether a supplier is a natural person, by its name and the kind that the package gives."""
        if kind == NATURAL_PERSON:
            return True
        text = fold(name).strip(" \"'“”‘’([")
        if not self._title.match(text) or _FIRM.search(text):
            return False
        first, _, rest = text.partition(" ")
        if first in _OTHER_WORDS:
            return False
        # Of a single word it is less certain where the title ends.
        return bool(rest) or (kind is None and not text.startswith(_LONGER_WORDS))

    def title_within(self, text: str) -> str | None:
        """The title of the first name of a person within a text, such as the title of a contract; None without one.

        That is a title at the beginning of a word, or after one with which an order begins, then two words that are
        none of a place or a firm. A single name after a title is more often that of a canal or a street.
        """
        folded = fold(text)
        for found in self._title.finditer(folded):
            before, names = folded[: found.start()], _TWO_WORDS.match(folded, found.end())
            begins = not before or not _LETTER.match(before[-1]) or before.endswith(_ORDERS)
            if not names or not begins or before.rstrip().endswith(_PLACES) or names[1].startswith(_NO_SURNAMES):
                continue
            name = folded[found.start() : names.end()]
            if not name.startswith((*_LONGER_WORDS, "นายก ")) and self.include(name):
                return found[0].strip()
        return None


def hides_supplier(
    content: Mapping[str, Any], titles: Sequence[str], languages: tuple[Language, ...]
) -> Callable[[str, str | None], bool]:
    """A function of the name and the kind of a supplier: whether it is a person whose name may not be published.

    `content` is the JSON of the valid descriptor, with its allowances; with `titles` the names of persons begin.
    """
    persons = PersonNames(titles, languages)
    if "name" not in hidden_columns(persons, allowed_by(content.get(PROPERTY, []))):
        return lambda name, kind: False
    return lambda name, kind: name == persons.published["name"] or persons.include(name, kind)


def _pattern(title: str) -> str:
    """A title, with spaces after its points; after one in Latin letters a point or a space must follow."""
    pattern = re.escape(title.rstrip(".") if title.isascii() else title).replace(r"\.", r"\. ?")
    return rf"(?i:{pattern})(?:\. ?| )" if title.isascii() else rf"{pattern} ?"


def find_names_of_persons(table: Table | None, persons: PersonNames, allowed: Allowed) -> HiddenNames:
    """The names in the table of suppliers that are not published; none where the package has no such table."""
    columns, published = hidden_columns(persons, allowed), persons.published
    if table is None or not columns:
        return {}
    hidden: dict[int, Mapping[str, str]] = {}
    for number, row in table.rows:
        names = [name for name in columns if row.get(name) is not None]
        kind = row.get("kind")
        if any(persons.include(row[name], kind) for name in names):
            texts = {name: published[name] for name in names if row[name] != published[name]}
            hidden |= {number: texts} if texts else {}
    return hidden


def hidden_columns(persons: PersonNames, allowed: Allowed) -> frozenset[str]:
    """The columns of suppliers in which no name of a person may be published."""
    return frozenset(name for name in persons.published if (SUPPLIERS, name) not in allowed.fields)


def hide_names(table: Table, hidden: HiddenNames, persons: PersonNames) -> None:
    """Put into the rows and the examples of a table what is published in place of the names."""
    for number, row in table.rows:
        row.update(hidden.get(number, {}))
    for name in {name for texts in hidden.values() for name in texts}:
        texts: Iterable[str] = (row[name] for number, row in table.rows if number not in hidden and row[name])
        table.examples[name] = next(iter(texts), persons.published[name])
