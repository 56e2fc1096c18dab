"""`her-desktop doctor`: every stage and device exercised for real, and told as it was found.

A sentence is spoken by the voice, heard by the detector, recognised again and answered; a whole
turn is timed; both devices have to move samples; files are compared with their checksums. Nothing
is called well because a flag says so.

Rule: the command's own thread. Each finding is told as soon as it is found.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

from her_desktop.metrics.findings import Finding, Verdict
from her_desktop.models import Models
from her_desktop.tools.doctor_desktop import desktop_findings, last_turn, runs_on, window
from her_desktop.tools.doctor_devices import device_findings, sound_server
from her_desktop.tools.doctor_gpu import gpu_findings
from her_desktop.tools.doctor_machine import machine_findings
from her_desktop.tools.doctor_models import model_findings
from her_desktop.tools.terminal import folded
from her_desktop.ui.control import socket_name

_SIGNS = {Verdict.OK: "ok    ", Verdict.NOTE: "note  ", Verdict.BROKEN: "BROKEN"}
_HANGING = 19
"""The column in which the words of a finding begin."""


def doctor(models: Models, *, as_json: bool, lines: bool = False, beside: bool = False) -> int:
    """Examine everything a user needs; print what was found; return 1 where something is broken.

    `as_json` prints one object at the end, or, with `lines`, each finding as a line of its own.
    `beside` leaves to the window that runs on the same models what it alone can try: its models
    and its devices.
    """
    findings: list[Finding] = []
    for finding in _findings(models, beside=beside):
        findings.append(finding)
        if lines:
            print(json.dumps(finding.as_dict(), ensure_ascii=False), flush=True)
        elif not as_json:
            took = "" if finding.milliseconds is None else f"  ({finding.milliseconds:.0f} ms)"
            sign = _SIGNS[finding.verdict]
            line = f"{finding.name:<11} {sign} {finding.detail}{took}"
            # Whoever reads it in a pipe wants a line for each finding.
            shown = folded([line], hanging=_HANGING) if sys.stdout.isatty() else [line]
            print("\n".join(shown), flush=True)
    healthy = all(finding.ok for finding in findings)
    if as_json and not lines:
        report = {"healthy": healthy, "findings": [finding.as_dict() for finding in findings]}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if healthy else 1


def _findings(models: Models, *, beside: bool) -> Iterator[Finding]:
    """Try one thing after the other, what a user needs most first."""
    status, found = window(socket_name(models.paths.data_dir))
    if beside:
        yield last_turn(status)
        yield from gpu_findings(models, *runs_on(status))
        yield sound_server(os.environ, sys.platform)
    else:
        yield from model_findings(models)
        yield from device_findings(models.settings)
    yield from machine_findings(models)
    yield found
    yield from desktop_findings(models.settings, status)
