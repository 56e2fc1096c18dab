"""`python -m her_desktop` is `her-desktop`."""

import sys

from her_desktop.cli import main

sys.exit(main())
