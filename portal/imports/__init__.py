"""Other people's data -> the package: OCDS of a city's procurement, or a spreadsheet with a mapping.

In: files, and a package that is there already. Out: its tables and descriptor, completed; or every problem, and then no
file of the package is touched.
"""

from portal.imports.csv_mapping import import_csv
from portal.imports.ocds import OcdsOptions, import_ocds
from portal.imports.results import ImportResult

__all__ = [
    "ImportResult",
    "OcdsOptions",
    "import_csv",
    "import_ocds",
]
