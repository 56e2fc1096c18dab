"""The set-up scripts are no package: their folder goes to the end of the path they are found by."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging"))
