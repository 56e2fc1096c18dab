"""What every test shares: a window system that needs no screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# onnxruntime would tell its maker that it was imported; the program itself forbids it as well.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
