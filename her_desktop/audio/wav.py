"""Sound files, in and out.

Rule: blocking file access; called by commands and tools, never by a thread that serves sound.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample

_EMPTY = "{path} holds no sound. Give a file with something in it."


def read_wav(path: Path) -> Pcm:
    """Return a sound file as 16 kHz mono, whatever its rate, depth and number of channels.

    Raises SoundError with a sentence for the user where it cannot be read or holds nothing.
    """
    import soundfile

    if path.is_dir():
        raise SoundError(f"{path} is a folder. Give the path of a sound file.")
    if not path.exists():
        raise SoundError(f"There is no file {path}. Check the path.")
    if not path.stat().st_size:
        raise SoundError(_EMPTY.format(path=path))
    try:
        # Opened here, so that a file that may not be read is told from one that is no sound.
        with path.open("rb") as file:
            pcm, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise SoundError(
            f"{path} is not a sound file that can be read. Give a WAV file."
        ) from error
    except OSError as error:
        raise SoundError(f"{path} could not be read. Check that you may read it.") from error
    mono: Pcm = np.nan_to_num(pcm.mean(axis=1, dtype=np.float32), posinf=1.0, neginf=-1.0)
    if not mono.size:
        raise SoundError(_EMPTY.format(path=path))
    return np.clip(resample(mono, rate, SAMPLE_RATE_HZ), -1.0, 1.0)


def write_wav(path: Path, pcm: Pcm, sample_rate_hz: int) -> None:
    """Write mono sound as 16-bit PCM; a crash leaves the old file or the new one.

    Raises SoundError where it cannot be written.
    """
    import soundfile

    if path.is_dir():
        raise SoundError(f"{path} is a folder. Give the name of the file to write.")
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            soundfile.write(
                file, np.clip(pcm, -1.0, 1.0), sample_rate_hz, format="WAV", subtype="PCM_16"
            )
        os.replace(temporary, path)
    except (OSError, soundfile.LibsndfileError) as error:
        raise SoundError(
            f"{path} could not be written. Check the folder and the space on the disk."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
