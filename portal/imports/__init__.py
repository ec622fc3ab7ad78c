"""Other people's data -> the package: OCDS of a city's procurement, or a spreadsheet with a mapping.

In: files, and a package that is there already. Out: its tables and descriptor, completed; or every problem, and then no
file of the package is touched.
"""

from portal.imports.ocds import ImportResult, import_ocds

__all__ = [
    "ImportResult",
    "import_ocds",
]
