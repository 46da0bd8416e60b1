"""What node packs import of the executor, answered by ours."""
