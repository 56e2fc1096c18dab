"""What every test shares: a window system that needs no screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the program itself (see `process`): threads that meet must not keep the cores from others by
# spinning. Where two test processes share two cores, that costs the language model ten times over.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# onnxruntime would tell its maker that it was imported; the program itself forbids it as well.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
