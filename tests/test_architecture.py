"""A folder is a rule about what may be imported."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "her_desktop"

OWN = {
    "conversation": {"conversation"},
    "inference": {"inference", "audio.format", "files"},
    "audio": {"audio"},
    "engine": {"engine", "conversation", "inference.protocols", "audio", "files"},
    "downloads": {"downloads", "catalogue", "own_models", "paths"},
    "library": {"library", "downloads", "inference", "audio.format", "metrics.gpu", "catalogue",
                "own_models", "profiles", "conversation.events"},
    "hotkeys": {"hotkeys", "settings", "conversation.events"},
    "metrics": {"metrics", "conversation.events", "files"},
    "ui": {"ui", "conversation.events", "settings", "catalogue", "metrics", "audio.devices",
           "audio.plugged", "hotkeys.chord", "paths", "desktop.shipped", "downloads.progress",
           "library", "profiles"},
    "tools": {"tools", "conversation", "inference", "audio", "engine", "metrics", "ui.control",
              "settings", "catalogue", "paths", "wiring", "models", "downloads", "library",
              "hotkeys"},
    "desktop": {"desktop", "conversation.events", "metrics", "catalogue", "paths", "files",
                "__version__"},
    "dialogs.py": {"ui", "desktop", "live_settings", "model_care", "paths", "settings",
                   "conversation.events"},
    "process.py": {"desktop", "paths"},
    "settings.py": {"salvage", "files"},
    "salvage.py": set(),
    "paths.py": set(),
    "files.py": set(),
    "catalogue.py": {"paths"},
    "own_models.py": {"catalogue", "files"},
    "profiles.py": {"catalogue"},
    "changes.py": {"settings", "conversation.events"},
    "conversation_log.py": {"conversation.events"},
    "live_settings.py": {"changes", "models", "wiring", "engine", "settings",
                         "conversation.events"},
    "model_care.py": {"library", "metrics.model_speed", "inference.opening", "inference.protocols",
                      "audio.format", "models", "profiles", "conversation.events", "settings",
                      "paths", "catalogue"},
    "settings_window.py": {"catalogue", "conversation_log", "live_settings", "model_care", "paths",
                           "ui", "models"},
    "outside.py": {"conversation.events"},
    "habits.py": {"conversation", "settings"},
    "wiring.py": {"conversation", "inference", "audio", "engine", "settings", "catalogue", "paths",
                  "changes", "habits", "placement", "models"},
    "models.py": {"conversation.events", "conversation.instant", "inference", "engine.worker",
                  "settings", "catalogue", "paths", "own_models", "changes", "placement"},
    "placement": {"placement", "inference", "metrics.gpu_driver", "settings",
                  "conversation.events"},
}  # fmt: skip

HEAVY = {
    "Xlib",
    "ctranslate2",
    "faster_whisper",
    "filelock",
    "httpx2",
    "jeepney",
    "llama_cpp",
    "onnxruntime",
    "piper",
    "pymicro_wakeword",
    "pynput",
    "pynvml",
    "sounddevice",
    "soundfile",
    "soxr",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(tree: ast.Module, *, nested: bool = True) -> set[str]:
    """Return the dotted names a module imports: in functions too, unless not `nested`."""
    names: set[str] = set()
    for node in ast.walk(tree) if nested else tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def ids(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in OWN], ids=ids)
def test_a_room_imports_only_what_its_rule_allows(path: Path) -> None:
    prefix = "her_desktop."
    ours = {name.removeprefix(prefix) for name in imported(parsed(path)) if name.startswith(prefix)}
    allowed = OWN[room(path)]
    strangers = {
        name for name in ours if not any(f"{name}.".startswith(f"{rule}.") for rule in allowed)
    }
    assert not strangers


def test_every_room_has_a_rule() -> None:
    free = {"__init__.py", "__main__.py", "app.py", "cli.py"}
    assert {room(path) for path in MODULES} - free == set(OWN) & {room(path) for path in MODULES}


def test_the_conversation_is_pure() -> None:
    for path in (PACKAGE / "conversation").glob("*.py"):
        roots = {name.split(".")[0] for name in imported(parsed(path))}
        impure = roots & {
            "threading",
            "queue",
            "time",
            "asyncio",
            "socket",
            "subprocess",
            "logging",
        }
        assert not impure, path.name


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_qt_lives_in_the_window(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(parsed(path))}
    if "PySide6" in roots:
        assert room(path) in ("ui", "app.py")


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(parsed(path), nested=False)}
    assert not roots & HEAVY


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_threads_live_in_the_engine_and_where_keys_are_watched(path: Path) -> None:
    made = [
        node
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id)
        in ("Thread", "ThreadPoolExecutor", "QThread")
    ]
    if made:
        assert room(path) in ("engine", "hotkeys", "library", "tools")


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_the_network_is_reached_from_one_place(path: Path) -> None:
    reaching = {"aiohttp", "http.client", "httpx", "httpx2", "huggingface_hub", "requests",
                "socket", "urllib.request", "urllib3"}  # fmt: skip
    found = {
        name
        for name in imported(parsed(path))
        if any(f"{name}.".startswith(f"{library}.") for library in reaching)
    }
    # The keys of the desktop are heard through sockets of this machine.
    found -= {"socket"} if room(path) == "hotkeys" else set()
    if found:
        assert room(path) == "downloads"


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_module_has_one_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_module_says_why_it_exists(path: Path) -> None:
    assert ast.get_docstring(parsed(path))
