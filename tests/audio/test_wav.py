from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from her_desktop.audio.devices import SoundError
from her_desktop.audio.wav import read_wav, write_wav


def tone(rate: int, channels: int = 1, seconds: float = 1.0) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * 500 * np.arange(round(rate * seconds)) / rate)
    return np.tile(wave[:, np.newaxis], (1, channels)).astype(np.float32)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 1), (48_000, 2), (44_100, 6)])
def test_any_wav_becomes_16_khz_mono(
    tmp_path: Path, subtype: str, rate: int, channels: int
) -> None:
    soundfile.write(tmp_path / "in.wav", tone(rate, channels), rate, subtype=subtype)
    pcm = read_wav(tmp_path / "in.wav")
    assert pcm.dtype == np.float32
    assert pcm.shape == (16_000,)
    assert np.abs(pcm - tone(16_000)[:, 0])[2000:-2000].max() < 0.02


def test_one_sided_stereo_is_heard(tmp_path: Path) -> None:
    stereo = tone(16_000, 2)
    stereo[:, 1] = 0.0
    soundfile.write(tmp_path / "in.wav", stereo, 16_000)
    assert np.abs(read_wav(tmp_path / "in.wav")).max() > 0.2


def test_impossible_samples_are_made_possible(tmp_path: Path) -> None:
    sound = np.array([np.nan, np.inf, -np.inf, 3.0, 0.5], np.float32)
    soundfile.write(tmp_path / "in.wav", sound, 16_000, subtype="FLOAT")
    assert read_wav(tmp_path / "in.wav") == pytest.approx([0.0, 1.0, -1.0, 1.0, 0.5])


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    sound = tone(16_000)[:, 0]
    write_wav(tmp_path / "out.wav", sound, 16_000)
    info = soundfile.info(tmp_path / "out.wav")
    assert (info.subtype, info.samplerate, info.channels) == ("PCM_16", 16_000, 1)
    assert np.abs(read_wav(tmp_path / "out.wav") - sound).max() < 1e-4


def test_writing_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "out.wav").write_bytes(b"old")
    write_wav(tmp_path / "out.wav", np.array([2.0, -2.0], np.float32), 16_000)
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]
    assert read_wav(tmp_path / "out.wav") == pytest.approx([1.0, -1.0], abs=1e-3)


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"There is no file .*gone\.wav"):
        read_wav(tmp_path / "gone.wav")


def test_a_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="is a folder"):
        read_wav(tmp_path)
    with pytest.raises(SoundError, match="is a folder"):
        write_wav(tmp_path, np.zeros(4, np.float32), 16_000)


@pytest.mark.parametrize("content", [b"This is a letter.", b"RIFF", b"\x00" * 5000])
def test_what_is_no_sound_is_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.wav").write_bytes(content)
    with pytest.raises(SoundError, match="not a sound file"):
        read_wav(tmp_path / "in.wav")


def test_emptiness_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "nothing.wav").write_bytes(b"")
    soundfile.write(tmp_path / "header.wav", np.zeros(0, np.float32), 16_000)
    for name in ("nothing.wav", "header.wav"):
        with pytest.raises(SoundError, match="holds no sound"):
            read_wav(tmp_path / name)


def test_an_unwritable_place_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="could not be written"):
        write_wav(tmp_path / "no such folder" / "out.wav", np.zeros(4, np.float32), 16_000)
