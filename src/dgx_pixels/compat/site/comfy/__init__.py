"""What node packs import of the engine, answered by ours."""
