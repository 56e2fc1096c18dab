"""What holds for the process as a whole: fairness between threads, no network, the log, its faults.

Rule: called once, at the start, by the command line and by the window, and by nobody else. No Qt.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import threading
from types import TracebackType

from her_desktop.desktop.crashes import FaultLog
from her_desktop.paths import Paths

_QUIET_LIBRARIES = ("piper", "faster_whisper", "llama_cpp", "huggingface_hub", "httpx", "httpx2")


def prepare_process(paths: Paths) -> None:
    """Set what holds for the whole process: logging, fairness between threads, no network."""
    # So long a thread keeps the interpreter from one that asks for it, 5 ms if nobody said. What
    # the window does between two frames takes it some thirty times, and waits anew for each thread
    # that computes: measured with four of them, as where models are loaded, 180 ms at 1 ms and 50
    # at this, for no more processor.
    sys.setswitchinterval(0.0002)
    # llama.cpp and CTranslate2 meet their threads some hundred times a token. Where several models
    # share the cores, OpenMP's default of spinning for milliseconds there costs up to ten times
    # the speed. libgomp reads this once, as it is loaded; a user's own choice stands.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    # numpy's OpenBLAS divides the one product of a spectrogram among its threads, which then spin
    # for some 25 ms in wait of more: a whole core, when recognition and Smart Turn want both.
    # Measured on two cores: recognition beside Smart Turn 110 ms with them, 67 without.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # CUDA would count the quickest GPU first, and the driver that is asked about them does not.
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    # Models are opened by path; nothing may go looking for them elsewhere.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Since 1.31 ONNX Runtime would number this machine and report to its makers, from its import
    # on. Not a default that somebody may change: nothing leaves this computer.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        paths.log_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(paths.log_dir, os.W_OK):
            raise PermissionError
        file = logging.handlers.RotatingFileHandler(
            paths.log_file, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        root.addHandler(logging.NullHandler())
    else:
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
        root.addHandler(file)
    # Libraries quote what they were given; what they were given is what the user said.
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def log_unforeseen_errors(faults: FaultLog) -> None:
    """Send errors that nobody caught, on any thread, to the log and to the user, in words."""

    def on_main(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        faults.note(kind, trace)

    sys.excepthook = on_main
    threading.excepthook = lambda failed: faults.note(failed.exc_type, failed.exc_traceback)
    # Python cannot raise what goes wrong while an object is taken down.
    sys.unraisablehook = lambda failed: faults.note(
        failed.exc_type, failed.exc_traceback, tells=False
    )
