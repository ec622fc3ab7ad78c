"""Texts in the two languages of the sample."""

from portal.core.models import Text


def both(thai: str, english: str = "") -> Text:
    """A text in Thai and, where it is given, in English."""
    return Text(thai, (("en", english),) if english else ())
