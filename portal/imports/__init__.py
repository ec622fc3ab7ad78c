"""Other people's data -> the package: OCDS of a city's procurement, or a spreadsheet with a mapping.

In: files, and a package that is there already, or the settings of a new city. Out: its tables and descriptor,
completed, or its repository; or every problem, and then no file is touched.
"""

from portal.imports.csv_mapping import import_csv
from portal.imports.csv_text import SEPARATORS, find_format, read_records
from portal.imports.guess import Column, Guess, Guesser
from portal.imports.mapping_file import CsvMapping, read_mapping
from portal.imports.new_city import CreatedCity, check_target, create_city, settings_problem
from portal.imports.new_city_files import FIRST_SOURCE, MAPPING, TABLES, NewCity
from portal.imports.ocds import OcdsOptions, import_ocds
from portal.imports.package_tables import DESCRIBES
from portal.imports.results import ImportResult

__all__ = [
    "DESCRIBES",
    "FIRST_SOURCE",
    "MAPPING",
    "SEPARATORS",
    "TABLES",
    "Column",
    "CreatedCity",
    "CsvMapping",
    "Guess",
    "Guesser",
    "ImportResult",
    "NewCity",
    "OcdsOptions",
    "check_target",
    "create_city",
    "find_format",
    "import_csv",
    "import_ocds",
    "read_mapping",
    "read_records",
    "settings_problem",
]
