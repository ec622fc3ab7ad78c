"""The search index; the only runner of Pagefind.

In: the projects of a fiscal year. Out: the files of its index, which the scripts of the search page read.
"""

from portal.search.documents import code_words
from portal.search.index import index_shard
from portal.search.terms import fold

__all__ = ["code_words", "fold", "index_shard"]
