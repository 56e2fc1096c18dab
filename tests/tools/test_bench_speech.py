"""The benchmark's user as sound, measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import Pcm
from her_desktop.audio.wav import write_wav
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.bench_figures import hesitant_or_not
from her_desktop.tools.bench_speech import (
    Kind,
    SpokenUser,
    cough,
    kept,
    make_replies,
    recorded_utterances,
    spread,
)
from her_desktop.tools.recording import RATE_HZ

VOICE_HZ = 24_000


def tone(seconds: float, rate: int = RATE_HZ) -> Pcm:
    times = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.cos(2 * np.pi * 220 * times)).astype(np.float32)


def quiet(seconds: float, rate: int = RATE_HZ) -> Pcm:
    return np.zeros(round(seconds * rate), np.float32)


class ToneVoice:
    """Speaks a tone of a tenth of a second for every letter."""

    detail = "tones"
    sample_rate_hz = VOICE_HZ

    def speak(self, text: str, cancelled: Callable[[], bool]) -> Iterator[Pcm]:
        yield np.concatenate([tone(0.1 * len(text), VOICE_HZ), quiet(0.15, VOICE_HZ)])

    def close(self) -> None:
        """Nothing is held."""


def test_a_file_is_known_by_its_first_and_last_sound(tmp_path: Path) -> None:
    one = kept(tmp_path, "one", "words", np.concatenate([quiet(0.2), tone(1.0), quiet(0.4)]))
    assert one.first == pytest.approx(0.5, abs=0.001)
    assert one.last == pytest.approx(1.5, abs=0.011)
    assert one.pauses == ()
    assert one.wav.is_file()


def test_a_hesitant_speaker_pauses_for_300_to_800_ms(tmp_path: Path) -> None:
    user = SpokenUser(ToneVoice(), tmp_path / "said")
    pauses: list[float] = []
    for number in range(1, 9):
        one = user.say_in_pieces(f"{number}", ("aaaa", "bbbb", "cccc"), number)
        assert one.text == "aaaa bbbb cccc"
        assert len(one.pauses) == 2
        pauses += one.pauses
    assert all(0.28 < pause < 0.82 for pause in pauses)
    assert max(pauses) - min(pauses) > 0.3, "of many lengths"


def test_recordings_of_people_bring_their_words_and_their_pauses(tmp_path: Path) -> None:
    source = tmp_path / "speech"
    source.mkdir()
    halting = np.concatenate([tone(1.0, 16_000), quiet(0.6, 16_000), tone(1.0, 16_000)])
    noise = 0.001 * np.random.default_rng(1).standard_normal(halting.size).astype(np.float32)
    write_wav(source / "halting.wav", halting + noise, 16_000)
    (source / "halting.txt").write_text("well then\n", encoding="utf-8")
    write_wav(source / "fluent.WAV", tone(1.0, 16_000), 16_000)
    fluent, halting_one = recorded_utterances(source, tmp_path / "said")
    assert halting_one.text == "well then"
    assert fluent.text == ""
    assert halting_one.pauses == pytest.approx((0.6,), abs=0.03)
    assert hesitant_or_not(halting_one.pauses) is Kind.HESITANT
    assert hesitant_or_not(fluent.pauses) is Kind.RECORDED
    assert fluent.of_person


def test_a_folder_without_recordings_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no WAV files"):
        recorded_utterances(tmp_path, tmp_path / "said")
    write_wav(tmp_path / "silent.wav", quiet(1.0), RATE_HZ)
    with pytest.raises(SoundError, match="Nothing can be heard"):
        recorded_utterances(tmp_path, tmp_path / "said")


def test_a_cough_is_short_loud_and_the_same_each_time() -> None:
    one = cough(1)
    assert np.array_equal(one, cough(1))
    assert not np.array_equal(one, cough(2))
    assert 0.3 < one.size / RATE_HZ < 1.0
    assert 0.2 < np.abs(one).max() <= 0.9


def test_the_spread_covers_everything_evenly() -> None:
    values = [spread(number) for number in range(64)]
    assert sorted(values) == [number / 64 for number in range(64)]


class KnownToneVoice(ToneVoice):
    """One that would say everything the same way again."""

    identity = "tones"

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str, cancelled: Callable[[], bool]) -> Iterator[Pcm]:
        self.said.append(text)
        return super().speak(text, cancelled)


def test_the_replies_are_made_as_the_program_makes_them_and_kept(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "data")
    paths.data_dir.mkdir()
    entries = [{"name": "hello", "phrases": ["hello"], "answers": ["Hi.", "Hello there."]}]
    french = [{"name": "salut", "phrases": ["salut"], "answers": ["Salut."]}]
    replies = json.dumps({"en": entries, "fr": french})
    paths.instant_replies_file.write_text(replies, encoding="utf-8")
    models, voice = Models(Settings(language="en"), paths), KnownToneVoice()
    make_replies(models, voice)
    assert sorted(voice.said) == ["Hello there.", "Hi."]
    assert len(list(paths.prepared_dir.glob("*.wav"))) == 2
    make_replies(models, voice)
    assert len(voice.said) == 2, "they are kept"
