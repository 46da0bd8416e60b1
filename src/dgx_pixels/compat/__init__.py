"""What node packs import: thin modules under the names that they know."""
