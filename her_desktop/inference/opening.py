"""Whether a model that nobody has vouched for may be opened by this process.

A broken or hostile file can crash the library that reads it, keep it busy for ever or fill the
memory. So such a file is looked at first, in words of our own, and then opened once in a process
that lives for seconds: whatever happens to that one, the assistant goes on talking. What opened
there is remembered by path, size and time, and is not tried again until it changes.
Rule: blocks, on the thread that is about to load or import a model; keeps nothing but notes on
disk.
"""

from __future__ import annotations

import hashlib
import json
import logging
import struct
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from her_desktop.files import write_whole
from her_desktop.inference.confinement import child_command, child_environment
from her_desktop.inference.gguf_check import require_whole_gguf
from her_desktop.inference.loading import (
    read_json,
    require_file,
    require_onnx,
    require_whisper,
)
from her_desktop.inference.protocols import ModelError

_log = logging.getLogger(__name__)

OPENING_TIME = 20.0
"""Seconds of computing that the process gets beside those that reading the files takes. A broken
file is refused in one or two."""

_BUSY = 4.0
"""So many times longer it may take by the clock: the machine may have other things to do."""

_READING_RATE = 100_000_000
"""Bytes a second that a slow disk gives at least."""
_LEAST_MEMORY = 1 << 30
_CHILD = "her_desktop.inference.opening_child"

_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
_WHISPER_SPEC = b"WhisperSpec"
_NEWEST_CTRANSLATE2 = 16
_LARGEST_SIDE_FILE = 64 << 20
_SIGKILL, _SIGXCPU = 9, 24


@dataclass(frozen=True)
class Room:
    """Bytes that a model may take: of memory, and of a GPU that takes a part of it."""

    memory: int
    gpu: int = 0

    @classmethod
    def now(cls) -> Room:
        """Return what is free at this moment, without a GPU."""
        return cls(int(psutil.virtual_memory().available))


class Opened:
    """Owns the notes on the models that were opened before; any thread.

    A note is a small file of its own, so that two threads or instances never wait for each other.
    """

    def __init__(self, folder: Path) -> None:
        """Keep the notes in `folder`, which is made when the first one is written."""
        self._folder = folder

    def knows(self, paths: Sequence[Path]) -> bool:
        """Tell whether these very files have been opened, unchanged since."""
        try:
            return self._note(paths).read_text(encoding="utf-8") == _signature(paths)
        except (OSError, ValueError):
            return False

    def remember(self, paths: Sequence[Path]) -> None:
        """Note that these files are sound. A folder that cannot be written costs a second look."""
        note = self._note(paths)
        try:
            write_whole(note, _signature(paths).encode(), durable=False)
        except OSError as error:
            _log.info("it could not be noted that a model was opened: %s", error.strerror)

    def _note(self, paths: Sequence[Path]) -> Path:
        name = hashlib.sha256(str(paths[0].absolute()).encode("utf-8", "replace")).hexdigest()
        return self._folder / f"{name[:24]}.json"


def require_openable(
    kind: str,
    paths: Sequence[Path],
    opened: Opened,
    room: Callable[[], Room] = Room.now,
    patience: float = OPENING_TIME,
) -> None:
    """Make sure that a model of `kind` ("stt", "llm" or "tts") can be opened without harm.

    `paths` are its files, the one that is opened first; a voice's description comes second. What
    was opened before takes no time; else this blocks for seconds. Raises ModelError.
    """
    if opened.knows(paths):
        # It was sound then; whether there is room for it is a question of today.
        require_room(paths, room())
        return
    look_at(kind, paths)
    free = room()
    require_room(paths, free)
    _open_in_child(kind, paths, free, patience)
    opened.remember(paths)


def look_at(kind: str, paths: Sequence[Path]) -> None:
    """Make sure that the files look like a model of `kind`, by their own contents.

    Raises ModelError; a pickle, which is a program, is refused by name.
    """
    for path in paths:
        require_no_pickle(path)
    match kind:
        case "llm":
            head = require_whole_gguf(paths[0])
            if not head.has_vocabulary or not head.tensors:
                raise ModelError(
                    f"The file {paths[0]} is a part of a model or an addition to one, and cannot "
                    "talk by itself. Please choose another one."
                )
        case "stt":
            require_whisper(paths[0].parent)
            _require_ctranslate2(paths[0])
        case _:
            if len(paths) < 2:
                raise ModelError(
                    f"The voice {paths[0].name} has no description {paths[0].name}.json beside "
                    "it. Please get both files."
                )
            require_onnx(paths[0])
            _require_description(paths[1])


def require_no_pickle(path: Path) -> None:
    """Refuse a pickle, bare or in an archive: opening one runs whatever is in it."""
    require_file(path)
    with path.open("rb") as file:
        start = file.read(4)
    # Protocol 2 and later begin with PROTO and their number; torch packs them in an archive.
    is_pickle = start[:1] == _PICKLE and len(start) > 1 and start[1] in range(2, 10)
    if is_pickle or start == _ZIP or path.suffix in (".pkl", ".pickle", ".pt", ".pth", ".ckpt"):
        raise ModelError(
            f"The file {path.name} is a pickle or an archive, which can hold a program and is "
            "never opened. Please choose a GGUF, CTranslate2 or ONNX model."
        )


def require_room(paths: Sequence[Path], room: Room) -> None:
    """Make sure that a model's files are not larger than what they have to be read into."""
    needed = sum(path.stat().st_size for path in paths)
    if needed > room.memory + room.gpu:
        raise ModelError(
            f"The model {paths[0].name} needs {needed / 1e9:.1f} GB of memory and "
            f"{(room.memory + room.gpu) / 1e9:.1f} GB are free. Please choose a smaller one."
        )


def _require_ctranslate2(path: Path) -> None:
    """Make sure that model.bin is what CTranslate2 writes: a version and the name of a form."""
    with path.open("rb") as file:
        start = file.read(6 + len(_WHISPER_SPEC))
    version, length = struct.unpack("<IH", start[:6]) if len(start) > 6 else (0, 0)
    if not 0 < version <= _NEWEST_CTRANSLATE2 or start[6 : 5 + length] != _WHISPER_SPEC:
        raise ModelError(
            f"The file {path} is no Whisper model in the form of CTranslate2. "
            "Please choose another one."
        )


def _require_description(path: Path) -> None:
    if path.stat().st_size > _LARGEST_SIDE_FILE:
        raise ModelError(f"The file {path} describes no Piper voice. Please choose another one.")
    values = read_json(path)
    table = values.get("phoneme_id_map")
    if not isinstance(table, dict) or not isinstance(values.get("audio"), dict):
        raise ModelError(f"The file {path} describes no Piper voice. Please choose another one.")


def _open_in_child(kind: str, paths: Sequence[Path], room: Room, patience: float) -> None:
    """Open the model in a process of its own and wait for the verdict."""
    name = paths[0].parent.name if kind == "stt" else paths[0].name
    seconds = patience + sum(path.stat().st_size for path in paths) / _READING_RATE
    memory = max(_LEAST_MEMORY, room.memory)
    arguments = [kind, str(memory), str(seconds), *(str(path) for path in paths)]
    process = subprocess.Popen(
        child_command(_CHILD, arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=child_environment(),
    )
    try:
        said, _ = process.communicate(timeout=_BUSY * seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        raise _verdict(name, said, None, seconds) from None
    if process.returncode != 0:
        raise _verdict(name, said, process.returncode, seconds)


def _verdict(name: str, said: str, code: int | None, seconds: float) -> ModelError:
    """Return in words why the process that opened the model ended as it did."""
    lines = [json.loads(line) for line in said.splitlines()]
    refused = [line["refused"] for line in lines if "refused" in line]
    if refused:
        return ModelError(refused[-1])
    step = lines[-1]["step"] if lines else ""
    if not step and code is not None:
        return ModelError(
            f"The model {name} could not be tried out, because no other process could be started. "
            "Please start the program again."
        )
    if step == "odd":
        return ModelError(
            f"The model {name} is incomplete, damaged or of another kind than it seems. "
            "Please choose another one."
        )
    # The watchdog ends the process with code 1, as nothing else there does.
    late = code in (None, 1, -_SIGXCPU)
    if step == "template" and late:
        return ModelError(
            f"The chat template of {name} does not come to an end, so the model cannot be used. "
            "Please choose another one."
        )
    # Where the system runs out of memory, it kills.
    if step == "memory" or code == -_SIGKILL:
        return ModelError(
            f"There is not enough memory to open the model {name}. Please choose a smaller one."
        )
    if late:
        return ModelError(
            f"The model {name} did not open within {seconds:.0f} seconds, so it is not used. "
            "Please choose another one."
        )
    return ModelError(
        f"The model {name} makes the library that reads it crash: it is damaged or was made to. "
        "Please choose another one."
    )


def _signature(paths: Sequence[Path]) -> str:
    """Return what tells these files from others: places, sizes and times."""
    states = [(str(path.absolute()), path.stat()) for path in paths]
    return json.dumps([[name, state.st_size, state.st_mtime_ns] for name, state in states])
