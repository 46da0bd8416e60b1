"""The command ``dgx-pixels``, from the first instant on: Ctrl-C costs one line, however early it comes."""

import gc
import sys


def main() -> None:
    """Run the command line; exit 2 for wrong usage, 1 for a failure, 130 when interrupted."""
    try:
        from dgx_pixels.cli.commands import run  # takes long enough to be interrupted

        code = run()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        code = 130
    gc.freeze()  # or Python looks through all of torch for rubbish before it ends
    sys.exit(code)
