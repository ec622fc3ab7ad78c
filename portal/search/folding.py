"""Text -> one spelling for all that people mean as the same, and of which kind each character is.

`templates/assets/js/tokens.js` does the same in the browser; `tests/search_vectors.json` is for both programs.
"""

from __future__ import annotations

import re
import unicodedata

from portal.core.text import with_sara_am

# Each expression begins with one character or one class: Python searches a text for that several times as fast.
_MARK = "[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]"
_THIRD_MARK = re.compile(f"({_MARK}{_MARK}){_MARK}+")
_MARKS_MISTYPED = re.compile(f"({_MARK})(?:(?<=[\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a\u0e47])|\\1+)")
_LAO_MARKS_MISTYPED = re.compile("([\u0ec8-\u0ecb])([\u0eb1\u0eb4-\u0ebc\u0ecd])")
_THAI_DIGIT = re.compile("[๐-๙]")
_THOUSANDS = re.compile(",(?<=[0-9],)(?=[0-9]{3}(?![0-9]))")
_HYPHEN = re.compile("[-\u2010\u2011](?<=[a-z0-9].)(?=[a-z0-9])")
_ANY_HYPHEN = re.compile("[-\u2010\u2011]")
_ORDINAL_POINT = re.compile(r"\.(?=[ªº])")

_OTHER = re.compile("[^\x00-\x7f\u0e00-\u0e7f]")
_OTHERS = re.compile("[^\x00-\x7f\u0e00-\u0e7f]+")
"""What is neither ASCII nor Thai."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\u3005-\u312f"
    "\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\ua980-\ua9ff\uaa60-\uaadf\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""The scripts that are written without spaces between words, for a class of a regular expression: Thai, Lao, Burmese,
Khmer, those of Tai languages, Balinese, Javanese, Chinese, Japanese; and Korean, which joins words to one and has
syllables for letters."""

_IS_UNSPACED = re.compile(f"[{UNSPACED}]")

_LEFT_OUT = re.compile(
    # No width, or the direction of the text; accents of Latin, Greek and Cyrillic.
    "[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u0300-\u036f\u0483-\u0487"
    # The points of Hebrew; the vowel signs of Arabic, and the line that makes its words longer; those of Syriac.
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    # The dots below letters of Indian scripts; vowels of Khmer that are not seen; further accents; variants of glyphs.
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc\u17b4\u17b5\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f"
    "\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
"""Characters without which people type a word as well."""

_TYPED_AS = {
    **{"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"},
    **{"ħ": "h", "ŋ": "n", "ŧ": "t", "ƒ": "f", "ƙ": "k", "ƴ": "y", "ɓ": "b", "ɖ": "d", "ɗ": "d", "ɣ": "g"},
    **{"ɔ": "o", "ɛ": "e", "ə": "e", "ɨ": "i", "ɲ": "n", "ʉ": "u"},
    **{"ς": "σ", "ґ": "г", "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"},
    **{"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك"},
    **{"ʻ": "'", "ʼ": "'"},
}
"""What people type for small letters that Unicode does not take apart into a letter and an accent, and for those that
another keyboard has, or that stand at the end of a word."""


class _Plain(dict[int, str]):
    """For each character that is neither ASCII nor Thai what it is folded to, found out once."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        return self.setdefault(code, _plain(sign))


def _plain(sign: str) -> str:
    if _LEFT_OUT.match(sign):
        return ""
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category[0] not in "LM" and category != "Nl":
        return sign
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", sign).lower())
    return "".join(_TYPED_AS.get(letter, letter) for letter in letters if not _LEFT_OUT.match(letter))


_PLAIN = _Plain()


class _Kinds(dict[int, str]):
    """For each character of a folded text a sign for its kind, found out once."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        return self.setdefault(code, _kind(sign))


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    is_unspaced = _IS_UNSPACED.match(sign) is not None
    # To Unicode sara am is a letter, but it belongs to the one before it as vowel marks do.
    if category[0] == "M" or sign == "\u0e33":
        return "n" if is_unspaced else "m"
    if category[0] == "L" or category == "Nl":
        return "c" if is_unspaced else "a"
    return "0" if sign in "0123456789" else "." if sign == "." else " "


_KINDS = _Kinds()


def kinds(folded: str) -> str:
    """The kind of each character of a folded text, a sign for each.

    `a` is a letter of a script with spaces between words and `m` a mark on such letters; `c` and `n` are the same of a
    script without spaces; `0` is a digit, `.` a point, a space all else.
    """
    return folded.translate(_KINDS)


def has_other_letters(folded: str) -> bool:
    """Whether a folded text has letters, or marks on letters, that are neither Latin nor Thai."""
    if folded.isascii():
        return False
    return bool(kinds("".join(set(_OTHER.findall(folded)))).strip())


def _join(hyphen: re.Match[str]) -> str:
    before, after = hyphen.string[: hyphen.start()][-1:], hyphen.string[hyphen.end() :][:1]
    return "" if before and after and kinds(before) in "am0" and kinds(after) in "a0" else hyphen[0]


def fold(text: str) -> str:
    """One spelling for all texts that people mean as the same.

    NFC; no characters of no width; small letters without accents, points and vowel signs that people leave out; letters
    in their plain form (ﬁ, Ａ, ª, ﾊﾟ, final sigma, variants of Arabic letters); sara am as one character after the tone
    mark (`with_sara_am`); sara ae for two sara e; a vowel before the tone mark; no mark twice, and at most two on a
    letter; ASCII digits for those of all scripts; no separators inside numbers, no hyphens inside words and codes, no
    point before an ordinal sign.
    """
    has_others = False
    text = text.lower()
    if not text.isascii():
        text = _ORDINAL_POINT.sub("", text)
        text = unicodedata.normalize("NFC", _OTHERS.sub(lambda found: found[0].translate(_PLAIN), text))
        # An accent may part two marks that do not belong on a letter together.
        text = with_sara_am(text).replace("\u0e40\u0e40", "\u0e41")
        text = _THAI_DIGIT.sub(lambda digit: str(int(digit[0])), text)
        if _MARKS_MISTYPED.search(text):
            text = _MARKS_MISTYPED.sub(lambda found: (found[2] or "") + found[1], text)
        if _THIRD_MARK.search(text):
            text = _THIRD_MARK.sub("\\1", text)
        has_others = has_other_letters(text)
        if has_others:
            text = _LAO_MARKS_MISTYPED.sub("\\2\\1", text).replace("\u0ec0\u0ec0", "\u0ec1")
    if "," in text:
        text = _THOUSANDS.sub("", text)
    return _ANY_HYPHEN.sub(_join, text) if has_others else _HYPHEN.sub("", text)
