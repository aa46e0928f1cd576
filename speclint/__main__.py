"""`python -m speclint`."""

import sys

from speclint.cli import main

sys.exit(main())
