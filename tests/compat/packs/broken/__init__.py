"""A pack whose import fails."""

raise RuntimeError("this pack is broken")
