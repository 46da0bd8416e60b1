"""The catalogue of nodes: thin adapters over the engine, one file a subject."""
