"""The command `qa-analysis`, and `python -m qa_analysis`."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from qa_analysis.cli.commands import run_command

    for stream in (sys.stdout, sys.stderr):
        # A terminal of another code page prints a question mark for what it lacks, instead of failing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
