"""The search index; the only runner of Pagefind.

In: the projects of a fiscal year. Out: the files of its index, which the scripts of the search page read.
"""

from portal.search.documents import code_words
from portal.search.folding import fold
from portal.search.index import index_shard

__all__ = ["code_words", "fold", "index_shard"]
