"""What every room uses: problems, models, cells, calendars, formats, text, addresses, files, cache.

In: nothing of the other rooms. Out: its modules, each imported by its name (`from portal.core import urls`).
"""
