from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from her_desktop.audio.format import Pcm
from her_desktop.conversation.commands import PrepareSound, Speak
from her_desktop.conversation.events import AudioMade, SoundPrepared
from her_desktop.engine.prepared import PreparedSounds
from her_desktop.inference.protocols import Cancelled

HELLO = PrepareSound("Hello!", "Hello.")
SECOND = 16_000


class Singer:
    """A voice whose every sentence is a second of noise, never the same twice."""

    detail = "a throat"
    sample_rate_hz = SECOND

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self._rng = np.random.default_rng(0)

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        for _ in range(2):
            if cancelled():
                return
            yield self._rng.uniform(-1.0, 1.0, SECOND // 2).astype(np.float32)

    def close(self) -> None:
        """Nothing to free."""


def prepared(sounds: PreparedSounds, voice: Singer, job: PrepareSound = HELLO) -> SoundPrepared:
    (event,) = sounds.speak(voice, job, lambda: False)
    assert isinstance(event, SoundPrepared)
    return event


def test_what_was_prepared_once_is_there_after_a_restart(tmp_path: Path) -> None:
    made = prepared(PreparedSounds(tmp_path), Singer("joe"))
    kept = prepared(PreparedSounds(tmp_path), Singer("joe"))
    assert (made.was_kept, kept.was_kept) == (False, True)
    assert (kept.text, kept.sample_rate_hz) == ("Hello!", SECOND)
    assert np.abs(kept.pcm - made.pcm).max() < 1e-4


@pytest.mark.parametrize(
    ("identity", "job"),
    [("joe, faster", HELLO), ("joe", PrepareSound("Hello!", "Hullo."))],
    ids=["another voice", "other words"],
)
def test_what_would_sound_otherwise_is_made_anew(
    tmp_path: Path, identity: str, job: PrepareSound
) -> None:
    sounds = PreparedSounds(tmp_path)
    prepared(sounds, Singer("joe"))
    assert not prepared(sounds, Singer(identity), job).was_kept


def test_a_voice_without_an_identity_leaves_nothing_behind(tmp_path: Path) -> None:
    sounds = PreparedSounds(tmp_path / "folder")
    assert not prepared(sounds, Singer("")).was_kept
    assert not prepared(sounds, Singer("")).was_kept
    assert not (tmp_path / "folder").exists()


def test_an_answer_is_never_kept(tmp_path: Path) -> None:
    sounds = PreparedSounds(tmp_path / "folder")
    events = list(sounds.speak(Singer("joe"), Speak(1, 0, "Nobody else must know."), lambda: False))
    assert [type(event) for event in events] == [AudioMade, AudioMade]
    assert not (tmp_path / "folder").exists()


def test_what_was_given_up_is_not_kept(tmp_path: Path) -> None:
    sounds = PreparedSounds(tmp_path)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 1

    assert list(sounds.speak(Singer("joe"), HELLO, cancelled)) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", [b"", b"RIFF", None], ids=["empty", "no sound", "cut short"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    sounds = PreparedSounds(tmp_path)
    prepared(sounds, Singer("joe"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:1000] if damage is None else damage)
    assert not prepared(sounds, Singer("joe")).was_kept
    assert prepared(sounds, Singer("joe")).was_kept


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    sounds = PreparedSounds(tmp_path, most_bytes=3 * 33_000)
    jobs = [PrepareSound(word, word) for word in ("one", "two", "three", "four")]
    for age, job in enumerate(jobs[:3]):
        before = set(tmp_path.iterdir())
        prepared(sounds, Singer("joe"), job)
        (new,) = set(tmp_path.iterdir()) - before
        os.utime(new, (1_000 + age, 1_000 + age))
    assert prepared(sounds, Singer("joe"), jobs[0]).was_kept, "and is the newest from here on"
    prepared(sounds, Singer("joe"), jobs[3])
    assert len(list(tmp_path.iterdir())) == 3
    assert all(prepared(sounds, Singer("joe"), jobs[n]).was_kept for n in (0, 3, 2))
    assert not prepared(sounds, Singer("joe"), jobs[1]).was_kept


def test_a_folder_that_cannot_be_written_costs_no_reply(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        made = prepared(PreparedSounds(tmp_path / "file" / "folder"), Singer("joe"))
    assert made.pcm.size == SECOND
    assert "could not be kept" in caplog.text


def test_a_kept_sound_without_a_rate_is_made_again(tmp_path: Path) -> None:
    prepared(PreparedSounds(tmp_path), Singer("joe"))
    (path,) = tmp_path.glob("*.wav")
    content = bytearray(path.read_bytes())
    content[24:28] = bytes(4)  # where a WAV file says how many samples a second has
    path.write_bytes(content)
    again = prepared(PreparedSounds(tmp_path), Singer("joe"))
    assert (again.was_kept, again.sample_rate_hz) == (False, SECOND)
