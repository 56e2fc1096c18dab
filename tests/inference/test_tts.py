from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from her_desktop.audio.format import Pcm, level_db
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.stt import WhisperRecognizer
from her_desktop.inference.transcript_checks import normalised
from her_desktop.inference.tts import PiperVoice, SentenceEdges, amplified, split_text

RATE_HZ = 22_050
LONG = "The river runs down from the hills, past the old mill and the village. " * 12


def never() -> bool:
    return False


def tone(seconds: float, amplitude: float) -> Pcm:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * 200 * at)).astype(np.float32)


def silence(seconds: float) -> Pcm:
    return np.zeros(int(seconds * RATE_HZ), dtype=np.float32)


def edged(pcm: Pcm, piece: int = 1 << 30) -> Pcm:
    """Return a sentence without its silent edges, fed in pieces of so many samples."""
    edges = SentenceEdges(RATE_HZ)
    fed = [edges.feed(pcm[start : start + piece]) for start in range(0, pcm.size, piece)]
    return np.concatenate([*fed, edges.finish()])


def test_silence_around_a_sentence_is_left_out() -> None:
    found = edged(np.concatenate([silence(0.3), tone(1.0, 0.5), silence(0.5)]))
    loud = np.flatnonzero(np.abs(found) > 10 ** (-45 / 20))
    assert loud[0] <= 0.011 * RATE_HZ
    assert found.size - loud[-1] == pytest.approx(0.15 * RATE_HZ, abs=2)
    assert found[0] == 0.0


@pytest.mark.parametrize("piece", [100, 1000, 2560, 7919])
def test_the_edges_are_the_same_in_whatever_pieces_the_sentence_comes(piece: int) -> None:
    pause = [silence(0.3), tone(0.5, 0.5), silence(0.4), tone(0.02, 0.5), silence(0.6)]
    sentence = np.concatenate(pause)
    np.testing.assert_array_equal(edged(sentence, piece), edged(sentence))
    assert edged(sentence).size == pytest.approx((0.01 + 0.92 + 0.15) * RATE_HZ, abs=20)


def test_a_sentence_without_silence_is_faded_in() -> None:
    found = edged(tone(0.5, 0.5))
    assert np.abs(found[:10]).max() < 0.05
    assert found.size <= 0.5 * RATE_HZ


def test_what_does_not_sound_gives_nothing() -> None:
    assert edged(silence(1.0), 500).size == 0
    assert edged(tone(1.0, 0.001), 500).size == 0


def test_the_first_piece_lasts_until_the_next_is_made() -> None:
    edges = SentenceEdges(RATE_HZ)
    assert edges.feed(np.concatenate([silence(0.1), tone(0.03, 0.5)])).size == 0
    assert edges.feed(tone(0.03, 0.5)).size >= 0.05 * RATE_HZ


def test_the_original_is_left_alone() -> None:
    original = tone(0.5, 0.5)
    copy = original.copy()
    edged(original)
    np.testing.assert_array_equal(original, copy)


def test_quiet_sound_is_scaled_and_loud_sound_bent() -> None:
    np.testing.assert_allclose(amplified(tone(0.1, 0.2)), 1.5 * tone(0.1, 0.2), rtol=1e-6)
    loud = amplified(tone(0.1, 1.5))
    assert 0.9 < np.abs(loud).max() < 1.0
    assert loud.dtype == np.float32
    steps = np.diff(amplified(np.linspace(-2, 2, 1001, dtype=np.float32)))
    assert (steps >= 0).all()


def test_long_text_is_split_where_one_would_breathe() -> None:
    pieces = split_text(LONG)
    assert " ".join(pieces) == LONG.strip()
    assert all(len(piece) <= 300 for piece in pieces)
    assert all(piece.endswith(".") for piece in pieces)


@pytest.mark.parametrize("text", ["word " * 500, "x" * 1000, "one, two " * 100, "a. " * 400])
def test_any_text_is_split_without_losing_a_letter(text: str) -> None:
    pieces = split_text(text)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(0 < len(piece) <= 300 for piece in pieces)


def test_short_or_empty_text_is_left_whole() -> None:
    assert split_text("  Hello there. ") == ["Hello there."]
    assert split_text("   ") == []


@pytest.mark.models
def test_speech_sounds_at_once_and_at_the_right_level(voice: PiperVoice) -> None:
    for text in ("Hello there.", "I can help you with many things, such as writing and reading."):
        pcm = np.concatenate(list(voice.speak(text, never)))
        loud = np.flatnonzero(np.abs(pcm) > 1.5 * 10 ** (-45 / 20))
        assert loud[0] < 0.012 * RATE_HZ
        assert pcm.size - loud[-1] < 0.16 * RATE_HZ
        assert -25 < level_db(pcm) < -16
        assert np.abs(pcm).max() < 1.0
        assert pcm.dtype == np.float32
    assert voice.sample_rate_hz == RATE_HZ


@pytest.mark.models
@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "\n", "—"])
def test_nothing_to_say_gives_no_sound(voice: PiperVoice, text: str) -> None:
    assert list(voice.speak(text, never)) == []


@pytest.mark.models
def test_what_was_said_is_understood_again(
    said: Callable[[str], Pcm], recognizer: WhisperRecognizer
) -> None:
    text = "The train leaves at noon, so please be at the station early."
    assert normalised(recognizer.transcribe(said(text), never).text) == normalised(text)


@pytest.mark.models
def test_a_long_text_comes_in_pieces_and_stops_when_cancelled(voice: PiperVoice) -> None:
    stopped = False
    sound = voice.speak(LONG, lambda: stopped)
    assert next(sound).size >= 0.08 * RATE_HZ
    assert next(sound).size > 0
    stopped = True
    assert list(sound) == []
    assert list(voice.speak("Hello.", lambda: True)) == []


@pytest.mark.models
def test_a_faster_voice_takes_less_time(voice_files: tuple[Path, Path], voice: PiperVoice) -> None:
    text = "I can help you with many things, such as writing and reading."
    fast = PiperVoice(*voice_files, threads=2, speaking_rate=1.6)
    quick, normal = (
        sum(pcm.size for pcm in speaker.speak(text, never)) for speaker in (fast, voice)
    )
    fast.close()
    assert 0.5 < quick / normal < 0.8


@pytest.mark.models
def test_a_loaded_voice_can_be_told_another_pace_and_liveliness(
    voice_files: tuple[Path, Path],
) -> None:
    voice = PiperVoice(*voice_files, threads=2, variation=0.0)

    def spoken() -> Pcm:
        return np.concatenate(list(voice.speak("One two three four five.", never)))

    try:
        plain, identity = spoken(), voice.identity
        voice.tune(speaking_rate=2.0, variation=0.0)
        assert spoken().size < 0.7 * plain.size
        assert voice.identity != identity, "what it said before is not what it would say now"
        voice.tune(speaking_rate=1.0, variation=0.0)
        assert spoken().size == plain.size
        assert voice.identity == identity
        voice.tune(speaking_rate=1.0, variation=1.0)
        assert voice.identity != identity
        assert spoken().size != plain.size or np.abs(spoken() - plain).max() > 1e-3
    finally:
        voice.close()


@pytest.mark.models
def test_a_voice_without_its_description_is_refused(voice_files: tuple[Path, Path]) -> None:
    model, config = voice_files
    with pytest.raises(ModelError, match="missing"):
        PiperVoice(model, config.with_suffix(".gone"), threads=1)


@pytest.mark.models
@pytest.mark.parametrize("key", ["audio", "phoneme_id_map", "espeak", "num_symbols"])
def test_an_incomplete_description_is_refused(
    tmp_path: Path, voice_files: tuple[Path, Path], key: str
) -> None:
    values = json.loads(voice_files[1].read_text(encoding="utf-8"))
    del values[key]
    path = tmp_path / "voice.onnx.json"
    path.write_text(json.dumps(values))
    with pytest.raises(ModelError, match="incomplete, damaged"):
        PiperVoice(voice_files[0], path, threads=1)


@pytest.mark.models
def test_the_description_of_another_voice_is_refused(
    tmp_path: Path, voice_files: tuple[Path, Path]
) -> None:
    values = json.loads(voice_files[1].read_text(encoding="utf-8"))
    values["phoneme_id_map"] = {
        phoneme: [number + 10_000 for number in ids]
        for phoneme, ids in values["phoneme_id_map"].items()
    }
    path = tmp_path / "voice.onnx.json"
    path.write_text(json.dumps(values))
    with pytest.raises(ModelError, match="do not belong together"):
        PiperVoice(voice_files[0], path, threads=1)


@pytest.mark.models
def test_another_graph_is_refused(vad_file: Path, voice_files: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match="no Piper voice"):
        PiperVoice(vad_file, voice_files[1], threads=1)


@pytest.mark.models
def test_without_variation_a_sentence_sounds_the_same_each_time(steady_voice: PiperVoice) -> None:
    first, second = (
        np.concatenate(list(steady_voice.speak("Once more.", never))) for _ in range(2)
    )
    assert first.size == second.size
    assert np.abs(first - second).max() < 1e-4


@pytest.mark.models
def test_one_that_comes_back_unwarmed_sounds_the_same(
    voice_files: tuple[Path, Path], steady_voice: PiperVoice
) -> None:
    back = PiperVoice(*voice_files, threads=2, variation=0.0, warm=False)
    text = "It is the same voice as before."
    sound = np.concatenate(list(back.speak(text, never)))
    back.close()
    expected = np.concatenate(list(steady_voice.speak(text, never)))
    np.testing.assert_allclose(sound, expected, atol=1e-3)
