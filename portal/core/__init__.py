"""What every room uses: problems, models, calendars, text, addresses, files.

In: nothing of the other rooms. Out: its modules, each imported by its name (`from portal.core import urls`).
"""
