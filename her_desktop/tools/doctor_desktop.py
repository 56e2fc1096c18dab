"""The doctor's look at the desktop around the window: the running window, the talk key, the tray.

Rule: the command's own thread; nothing is grabbed or bound, since the window may be doing so. None
of it is needed to talk, so what is missing is a note with what to do instead.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from her_desktop.conversation.events import Stage
from her_desktop.hotkeys.chord import NoChord, read_chord
from her_desktop.hotkeys.talk_key import Unavailable, keys_of
from her_desktop.metrics.findings import Finding, broken, note, well
from her_desktop.settings import Settings
from her_desktop.ui.control import ControlError, NotRunning, send_command

_WATCHER = "org.kde.StatusNotifierWatcher"


def desktop_findings(settings: Settings, status: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at the talk key's and the tray's surroundings; `status` is the running window's."""
    yield talk_key(settings.talk_key, status, os.environ, sys.platform)
    yield tray(os.environ, sys.platform)


def window(socket: str) -> tuple[Mapping[str, Any], Finding]:
    """Ask the running window for its status; return it, {} where none runs."""
    try:
        status = send_command(socket, ["status"])
    except NotRunning:
        return {}, well("window", "No window is running that `her-desktop control` could drive.")
    except ControlError as error:
        return {}, broken("window", str(error))
    return status, well("window", f"The window is running, and answers: {status.get('state')}.")


def runs_on(status: Mapping[str, Any]) -> tuple[dict[Stage, str], list[str]]:
    """Return what each model of the running window runs on, and what the window told last."""
    states = {stage: status.get("models", {}).get(stage.value, {}) for stage in Stage}
    found = {stage: state["detail"] for stage, state in states.items() if _is_ready(state)}
    return found, [status.get("notice", "")]


def last_turn(status: Mapping[str, Any]) -> Finding:
    """Say how long the window's last turn took, whole and for real."""
    timing = status.get("last_answer") or {}
    if timing.get("gap_ms") is None:
        return note("turn", "Nothing has been answered aloud yet; say or type something.")
    took = float(timing["gap_ms"]) / 1000
    return well("turn", "The last answer, from the question's end to its first sound.", took)


def _is_ready(state: Mapping[str, Any]) -> bool:
    return state.get("state") == "ready"


def talk_key(
    key: str, status: Mapping[str, Any], environment: Mapping[str, str], platform: str
) -> Finding:
    """Say what is known of the key that works outside the window; only a press proves it."""
    name = "talk key"
    if not key:
        return well(name, "No talk key outside the window is wanted.")
    try:
        read_chord(key)
        keys_of(environment, platform)
    except (NoChord, Unavailable) as error:
        return note(name, str(error))
    known = status.get("talk_key") or {}
    if known.get("reach") == "seen":
        return well(name, f"The key {key} was pressed and seen outside the window.")
    if known.get("reach") == "unavailable":
        return note(name, str(known.get("detail")))
    return note(
        name, f"Whether {key} works is known once it was pressed while the window runs. Press it."
    )


def tray(environment: Mapping[str, str], platform: str) -> Finding:
    """Say whether the desktop has a place for the icon."""
    name = "tray"
    if platform in ("win32", "darwin"):
        return well(name, "This system always has a place for the icon.")
    address, display = (
        environment.get("DBUS_SESSION_BUS_ADDRESS", ""),
        environment.get("DISPLAY", ""),
    )
    if _bus_has_tray(address) or _screen_has_tray(display):
        return well(name, "The desktop has a place for the icon.")
    return note(
        name,
        "This desktop shows no tray icons, so a closed window is minimised instead. On GNOME, "
        "install the AppIndicator extension.",
    )


def _bus_has_tray(address: str) -> bool:
    """Ask the session bus at an address for the desktop's host of icons."""
    path = address.removeprefix("unix:path=").partition(",")[0]
    if not address or (path != address and not Path(path).exists()):
        return False
    from jeepney import message_bus  # type: ignore[import-untyped]
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

    try:
        with open_dbus_connection(address) as bus:
            asked = message_bus.NameHasOwner(_WATCHER)
            return bool(bus.send_and_get_reply(asked, timeout=3.0).body[0])
    except (OSError, KeyError, ValueError, RuntimeError, EOFError):
        # No session bus, or none that answers: then no such host either.
        return False


def _screen_has_tray(display: str) -> bool:
    """Ask the X server of a display who owns the older kind of tray."""
    here = re.fullmatch(r":(\d+)(\.\d+)?", display)
    # The library leaves its sockets open where nobody listens; so those are not knocked at.
    if not display or (here and not Path(f"/tmp/.X11-unix/X{here[1]}").exists()):  # noqa: S108
        return False
    from Xlib.display import Display  # type: ignore[import-untyped]
    from Xlib.error import DisplayError, XError  # type: ignore[import-untyped]

    try:
        server = Display(display)
    except (DisplayError, XError, OSError):
        return False
    try:
        number = server.get_default_screen()
        owner = server.get_selection_owner(server.get_atom(f"_NET_SYSTEM_TRAY_S{number}"))
        return bool(owner)
    finally:
        server.close()
