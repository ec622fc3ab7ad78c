"""The open-data package: `datapackage.json` and its CSVs, read and validated; the only user of Frictionless.

In: the path of a package. Out: a `Portal` with the records of every table, or every problem with its place.
"""

from portal.package.columns import COLUMNS, RANGES, range_of
from portal.package.csv_files import read_csv_file
from portal.package.declared_calendar import with_calendar
from portal.package.descriptor import locate_descriptor, read_descriptor
from portal.package.notices import find_notices, names_in_titles
from portal.package.personal_data.guard import Guard
from portal.package.personal_data.natural_persons import hides_supplier, published_names
from portal.package.personal_data.texts import in_code
from portal.package.reading import read_guard, read_portal, with_lines
from portal.package.schemas import key_fields

__all__ = [
    "COLUMNS",
    "RANGES",
    "Guard",
    "find_notices",
    "hides_supplier",
    "in_code",
    "key_fields",
    "locate_descriptor",
    "names_in_titles",
    "published_names",
    "range_of",
    "read_csv_file",
    "read_descriptor",
    "read_guard",
    "read_portal",
    "with_calendar",
    "with_lines",
]
