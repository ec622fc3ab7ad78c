"""What the command line shows and serves: reports to a terminal, a pipe or GitHub, and a server for development.

In: problems and figures. Out: lines of text, and pages on this machine.
"""

from portal.cli.reporter import FORMATS, Reporter

__all__ = [
    "FORMATS",
    "Reporter",
]
