"""Replies made audible beforehand, kept on disk so that a later start need not make them again.

Making them all takes a processor half a minute of work. What is kept is the assistant's voice
saying the sentences that come with the program, or those of the user's own that take their place;
never anything that was said to it or answered by a model.

Rule: used by the tts worker alone. Whatever is wrong with the folder costs time, never a reply.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import time
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.conversation.commands import PrepareSound, Speak, Try
from her_desktop.conversation.events import Event, SoundPrepared
from her_desktop.engine import stages
from her_desktop.files import write_whole
from her_desktop.inference.protocols import Cancelled, KnownVoice, Voice

_log = logging.getLogger(__name__)

MOST_BYTES = 32_000_000
"""What may be kept: the replies of several voices. The one not used for longest goes first."""

_FULL_SCALE = 32767.0


class PreparedSounds:
    """Owns the folder of kept replies. Called by the tts worker."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Prepare; the folder is made when there is something to keep."""
        self._folder = folder
        self._most_bytes = most_bytes

    def speak(
        self, model: Voice, job: Speak | PrepareSound | Try, cancelled: Cancelled
    ) -> Iterator[Event]:
        """Do what `stages.speak` does, but make no reply again that the same voice made before."""
        path = self._path(model, job.said) if isinstance(job, PrepareSound) else None
        if path is None or not isinstance(job, PrepareSound):
            yield from stages.speak(model, job, cancelled)
            return
        kept = _read(path)
        if kept is not None:
            pcm, rate = kept
            yield SoundPrepared(
                at=time.monotonic(), text=job.text, pcm=pcm, sample_rate_hz=rate, was_kept=True
            )
            return
        for event in stages.speak(model, job, cancelled):
            yield event
            if isinstance(event, SoundPrepared):
                self._keep(path, event.pcm, event.sample_rate_hz)

    def _path(self, model: Voice, text: str) -> Path | None:
        """Return where a text in this voice is kept; None for a voice that may be any."""
        identity = model.identity if isinstance(model, KnownVoice) else ""
        if not identity:
            return None
        name = hashlib.sha256(f"{identity}\0{text}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.wav"

    def _keep(self, path: Path, pcm: Pcm, sample_rate_hz: int) -> None:
        try:
            write_whole(path, _encoded(pcm, sample_rate_hz), durable=False)
            self._make_room()
        except OSError as error:
            _log.warning("a prepared reply could not be kept: %s", error.strerror)

    def _make_room(self) -> None:
        """Drop what was not used for longest, as far as there is too much. Raises OSError."""
        kept = [(entry.stat(), entry) for entry in self._folder.glob("*.wav")]
        excess = sum(info.st_size for info, _ in kept) - self._most_bytes
        for info, entry in sorted(kept, key=lambda pair: pair[0].st_mtime_ns):
            if excess <= 0:
                return
            entry.unlink(missing_ok=True)
            excess -= info.st_size


def _read(path: Path) -> tuple[Pcm, int] | None:
    """Return a kept sound and its rate, and note that it was used; None where there is none."""
    try:
        with wave.open(str(path), "rb") as file:
            count, rate = file.getnframes(), file.getframerate()
            data = file.readframes(count)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, wave.Error) as error:
        _log.info("a kept reply is made again: %s", error)
        return None
    if not count or not rate or len(data) != 2 * count:
        return None
    with suppress(OSError):  # in a folder that cannot be written nothing is dropped either
        os.utime(path)
    return np.frombuffer(data, np.dtype("<i2")).astype(np.float32) / np.float32(_FULL_SCALE), rate


def _encoded(pcm: Pcm, sample_rate_hz: int) -> bytes:
    """Return a sound as a WAV file of 16-bit samples."""
    samples = np.rint(np.clip(pcm, -1.0, 1.0) * _FULL_SCALE).astype(np.dtype("<i2"))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        file.writeframes(samples.tobytes())
    return content.getvalue()
