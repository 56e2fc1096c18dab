"""`her-desktop devices`: which microphones and loudspeakers there are at this moment.

A process of its own sees what is plugged in now, where one that has sound open sees what there was.

Rule: opens no device. Prints to stdout; what is wrong is raised as a sentence.
"""

from __future__ import annotations

import json
import sys

from her_desktop.audio.devices import DeviceInfo, Direction, SoundError, list_devices


def print_devices(*, as_json: bool) -> int:
    """Print the devices and return the exit code of `cli`."""
    try:
        found = {direction: list_devices(direction) for direction in Direction}
    except SoundError as error:
        print(error, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({each.value: [_entry(info) for info in found[each]] for each in found}))
        return 0
    for direction, infos in found.items():
        for info in infos:
            mark = "*" if info.is_default else " "
            print(f"{mark} {direction.value:6}  {info.name}")
    return 0


def _entry(info: DeviceInfo) -> dict[str, object]:
    return {"name": info.name, "is_default": info.is_default, "rate_hz": info.sample_rate_hz}
