"""``python -m dgx_pixels``: the command line."""

from dgx_pixels.cli import main

main()
