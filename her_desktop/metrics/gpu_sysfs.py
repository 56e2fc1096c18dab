"""What Linux itself tells of AMD's and Intel's GPUs, in files under /sys/class/drm.

AMD's driver gives its load at this very moment, its memory, temperature, power and clock; Intel's
gives little more than a clock. None keeps short samples, so a burst between two looks is not seen,
and that is said. Rule: reads small files; a file that is not there is None. Any thread.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys/class/drm")

_VENDORS = {"0x1002": "AMD GPU", "0x8086": "Intel GPU"}
_NVIDIA = "0x10de"

NVIDIA_WITHOUT_DRIVER = (
    "This computer has an NVIDIA GPU, but NVIDIA's own driver for it is not in use. Install it, "
    "version 525 or newer, and restart the computer."
)


@dataclass(frozen=True)
class SysfsCard:
    """One GPU of AMD or Intel, as the folder of its device."""

    folder: Path
    name: str

    def load(self) -> float | None:
        """Return how busy it is at this moment, 0 to 100."""
        return self._number("gpu_busy_percent")

    def memory_used(self) -> int | None:
        """Return the bytes of its own memory that are in use."""
        return _whole(self._number("mem_info_vram_used"))

    def memory_total(self) -> int | None:
        """Return the bytes of memory of its own."""
        return _whole(self._number("mem_info_vram_total"))

    def temperature(self) -> float | None:
        """Return degrees Celsius."""
        return self._sensor("temp1_input", 1e3)

    def power(self) -> float | None:
        """Return watts."""
        average = self._sensor("power1_average", 1e6)
        return self._sensor("power1_input", 1e6) if average is None else average

    def clock(self) -> float | None:
        """Return the frequency of its processors in MHz."""
        of_card = self.folder.parent / "gt_act_freq_mhz"
        return self._sensor("freq1_input", 1e6) if not of_card.is_file() else _read(of_card)

    def _number(self, name: str) -> float | None:
        return _read(self.folder / name)

    def _sensor(self, name: str, unit: float) -> float | None:
        paths = sorted(self.folder.glob(f"hwmon/hwmon*/{name}"))
        value = _read(paths[0]) if paths else None
        return None if value is None else value / unit


def sysfs_cards(root: Path = SYSFS) -> list[SysfsCard]:
    """Return AMD's and Intel's GPUs, those that only draw the screen included."""
    found: list[SysfsCard] = []
    for card in sorted(root.glob("card[0-9]*")):
        if not card.name.removeprefix("card").isdigit():
            continue  # "card0-HDMI-A-1" is a socket of card0
        vendor = _line(card / "device" / "vendor")
        if vendor in _VENDORS:
            maker = _line(card / "device" / "product_name") or _VENDORS[vendor]
            found.append(SysfsCard(card / "device", maker))
    return found


def has_nvidia_card(root: Path = SYSFS) -> bool:
    """Tell whether Linux itself knows of an NVIDIA GPU, which it does with any driver."""
    return any(_line(vendor) == _NVIDIA for vendor in root.glob("card[0-9]*/device/vendor"))


def why_none(system: str = sys.platform, root: Path = SYSFS) -> str:
    """Return why no GPU can be watched on a system without NVIDIA's driver, in plain sentences."""
    if has_nvidia_card(root):
        return NVIDIA_WITHOUT_DRIVER
    if system == "darwin":
        return "macOS does not tell programs how busy the GPU is."
    if system == "win32":
        return "Without an NVIDIA driver, Windows does not tell how busy the GPU is."
    return "There is no NVIDIA GPU, or its driver is not installed."


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _read(path: Path) -> float | None:
    text = _line(path)
    try:
        return float(text)
    except ValueError:
        return None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
