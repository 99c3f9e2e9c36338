"""`python -m gcam_addon`: the same as the command `gcam`."""

import sys

from gcam_addon.cli import main

if __name__ == "__main__":
    sys.exit(main())
