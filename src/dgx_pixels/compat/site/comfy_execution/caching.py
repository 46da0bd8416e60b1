"""Names that packs import of the cache; the cache itself is the executor's own affair."""

from dgx_pixels.graph.cache import Classic, Lru, NoCache

HierarchicalCache = Classic
BasicCache = Classic
LRUCache = Lru

__all__ = ["BasicCache", "HierarchicalCache", "LRUCache", "NoCache"]
