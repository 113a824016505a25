"""The entry point of the command `masthead`."""

import sys

from services.desk.errors import INTERRUPTED


def main() -> None:
    """Runs the command line of this process."""
    try:
        from services.desk.running import run  # takes a moment, in which Ctrl-C must be as quiet as later

        sys.exit(run(sys.argv[1:] or ["--help"]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
