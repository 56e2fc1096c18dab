"""The set-up scripts are no package: their folders go to the end of the path they are found by."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(_ROOT), str(_ROOT / "packaging")]
