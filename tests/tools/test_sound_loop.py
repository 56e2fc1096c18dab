"""The real Microphone and Speaker on a real sound server, seen from a recording of both sides."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from her_desktop.audio.format import Pcm, first_audible
from her_desktop.audio.player import FADE
from her_desktop.audio.stream import BLOCK
from her_desktop.tools.sound_loop import RATE_HZ, SoundLoop, missing_programs, read_sides

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.sound,
    pytest.mark.skipif(bool(missing_programs()), reason="PulseAudio is not installed"),
]

AGREEMENT = 0.03
"""Seconds by which the program's own instants may differ from the recording."""


class Program:
    """The client, one command at a time."""

    def __init__(self, rig: SoundLoop) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "audio" / "rig_client.py")],
            env=rig.env | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tell(self, *words: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the client ended"
        said: dict[str, Any] = json.loads(line)
        return said

    def do(self, *words: object) -> dict[str, Any]:
        self.tell(*words)
        said = self.answer()
        assert "error" not in said, said
        return said

    def end(self) -> None:
        _, complaints = self._process.communicate(timeout=20.0)
        assert self._process.returncode == 0, complaints
        assert "Traceback" not in complaints, complaints


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundLoop]:
    with SoundLoop(tmp_path_factory.mktemp("rig")) as rig:
        yield rig


@pytest.fixture
def program(rig: SoundLoop) -> Iterator[Program]:
    program = Program(rig)
    yield program
    program.end()


def chirp(seconds: float, rate: int = RATE_HZ) -> Pcm:
    """A sweep over the range of speech, which is found in a recording at one place only."""
    t = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * (300 * t + (3000 - 300) / (2 * seconds) * t**2)
    return (0.4 * np.sin(phase)).astype(np.float32)


def quiet(seconds: float, rate: int = RATE_HZ) -> Pcm:
    return np.zeros(round(seconds * rate), np.float32)


def wav(path: Path, *pieces: Pcm, rate: int = RATE_HZ) -> Path:
    soundfile.write(path, np.concatenate(pieces), rate, subtype="FLOAT")
    return path


def likeness(heard: Pcm, meant: Pcm) -> float:
    """The correlation of `meant` with the stretch of `heard` that is most like it."""
    size = 1 << (heard.size + meant.size).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(meant, size))
    shifts = np.fft.irfft(product, size)[: max(1, heard.size - meant.size + 1)]
    at = int(np.argmax(shifts))
    piece = heard[at : at + meant.size]
    whole = float(np.linalg.norm(piece) * np.linalg.norm(meant[: piece.size]))
    return float(shifts[at]) / whole if whole else 0.0


def test_both_sides_are_recorded_on_one_clock(rig: SoundLoop, tmp_path: Path) -> None:
    click = np.zeros((RATE_HZ, 2), np.float32)
    click[RATE_HZ // 2] = 0.5
    soundfile.write(tmp_path / "click.wav", click, RATE_HZ, subtype="FLOAT")
    with rig.record(tmp_path / "both.wav"):
        rig.play(tmp_path / "click.wav", sink="her_wires").wait()
    left, right = read_sides(tmp_path / "both.wav")
    assert np.abs(left).max() > 0.4
    assert abs(int(np.argmax(np.abs(left))) - int(np.argmax(np.abs(right)))) <= 1


def test_nothing_is_left_of_a_rig(tmp_path: Path) -> None:
    with SoundLoop(tmp_path / "rig") as rig, rig.record(tmp_path / "both.wav"):
        endless = rig.play(wav(tmp_path / "long.wav", quiet(60.0)))
        runtime = Path(rig.env["XDG_RUNTIME_DIR"])
        ours = {"XDG_RUNTIME_DIR": str(runtime)}
    assert not runtime.exists()
    endless.stop()
    assert not [line for line in processes() if ours["XDG_RUNTIME_DIR"] in line]


def processes() -> list[str]:
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_text(errors="replace"))
        except OSError:  # it ended while we looked
            continue
    return lines


def test_what_is_played_arrives_at_the_microphone(
    rig: SoundLoop, program: Program, tmp_path: Path
) -> None:
    program.do("open")
    takes = []
    # A host that stands still for a while leaves a hole in one take: another one is without.
    for _ in range(5):
        program.tell("hear", 2.0, tmp_path / "heard.wav")
        said = rig.play(wav(tmp_path / "said.wav", quiet(0.8), chirp(0.8), quiet(1.0)), latency=0.4)
        worst_joint = program.answer()["worst_joint"]
        said.wait()
        heard, rate = soundfile.read(tmp_path / "heard.wav", dtype="float32")
        assert rate == RATE_HZ
        # Blocks follow one another: the sound that they stamp has neither holes nor overlaps.
        takes.append((worst_joint < 0.005, likeness(heard, chirp(0.8)) > 0.98))
        if takes[-1] == (True, True):
            break
    assert takes[-1] == (True, True), takes


def test_what_the_program_plays_is_on_the_loudspeaker_alone(
    rig: SoundLoop, program: Program, tmp_path: Path
) -> None:
    program.do("open")
    likenesses = []
    # A busy machine may leave a hole in one take: that says nothing of where the sound goes.
    for turn in (1, 3, 5, 7, 9):
        with rig.record(tmp_path / "both.wav"):
            answer = wav(tmp_path / "answer.wav", chirp(0.8, 16_000), rate=16_000)
            program.do("play", turn, answer)
            program.do("told", "started", turn)
            played = program.do("told", "finished", turn)["value"]
            # The last block is still on its way to the device: another turn pushes it through.
            program.do("play", turn + 1, wav(tmp_path / "more.wav", quiet(0.5)))
            program.do("told", "finished", turn + 1)
        left, right = read_sides(tmp_path / "both.wav")
        assert played == pytest.approx(0.8, abs=0.01)
        assert first_audible(left) is None
        likenesses.append(likeness(right, chirp(0.8)))
        if likenesses[-1] > 0.98:
            break
    assert max(likenesses) > 0.98


def test_the_loudspeaker_plays_on_while_python_cannot_run(
    rig: SoundLoop, program: Program, tmp_path: Path
) -> None:
    program.do("open")
    likenesses = []
    answer = wav(tmp_path / "answer.wav", chirp(1.2, 16_000), rate=16_000)
    for turn in (1, 3, 5, 7, 9):
        with rig.record(tmp_path / "both.wav"):
            program.do("play", turn, answer)
            program.do("told", "started", turn)
            program.do("seize", 0.5)
            assert program.do("told", "finished", turn)["value"] == pytest.approx(1.2, abs=0.01)
            program.do("play", turn + 1, wav(tmp_path / "more.wav", quiet(0.5)))
            program.do("told", "finished", turn + 1)
        _, right = read_sides(tmp_path / "both.wav")
        likenesses.append(likeness(right, chirp(1.2)))
        if likenesses[-1] > 0.98:
            break
    assert likenesses[-1] > 0.98, likenesses


@pytest.mark.parametrize("rests", [False, True])
def test_the_stamps_agree_with_the_recording(
    rig: SoundLoop, program: Program, tmp_path: Path, rests: bool
) -> None:
    question = wav(tmp_path / "question.wav", quiet(0.8), chirp(0.2), quiet(0.7))
    answer = wav(tmp_path / "answer.wav", chirp(0.2))
    program.do("open")
    errors = []
    for turn in range(3):
        if rests:
            program.do("rest")
        with rig.record(tmp_path / "both.wav"):
            program.tell("answer", turn, answer)
            rig.play(question).wait()
            heard_at = program.answer()["heard_at"]
            audible_at = program.do("told", "started", turn)["value"]
            program.do("told", "finished", turn)
        left, right = read_sides(tmp_path / "both.wav")
        asked, answered = first_audible(left), first_audible(right)
        assert asked is not None
        assert answered is not None
        errors.append((audible_at - heard_at) - (answered - asked) / RATE_HZ)
    # A host that stood still spoils one of them, and not most.
    assert np.median(np.abs(errors)) < AGREEMENT, errors


def test_a_stopped_turn_is_silent_at_once_and_does_not_click(
    rig: SoundLoop, program: Program, tmp_path: Path
) -> None:
    latency = program.do("open")["Speaker"]["latency"]
    t = np.arange(5 * RATE_HZ) / RATE_HZ
    tone = (0.4 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    steepest = 0.4 * 2 * np.pi * 440 / RATE_HZ
    takes = []
    # A host that stands still for a while spoils one take, and not what is right in each.
    for turn in (1, 3, 5, 7):
        with rig.record(tmp_path / "both.wav"):
            program.do("play", turn, wav(tmp_path / "tone.wav", tone))
            audible_at = program.do("told", "started", turn)["value"]
            # Half a second of the tone passes while something else is played into the microphone.
            rig.play(wav(tmp_path / "wait.wav", quiet(0.5))).wait()
            said = program.do("stop", turn)
            program.do("play", turn + 1, wav(tmp_path / "more.wav", quiet(0.5)))
            program.do("told", "finished", turn + 1)
        _, right = read_sides(tmp_path / "both.wav")
        sounding = np.flatnonzero(np.abs(right) > 0.003)
        lasted = (sounding[-1] - sounding[0]) / RATE_HZ
        after_stop = audible_at + lasted - said["stopped_at"]
        at_once = after_stop < BLOCK + 2 * latency + FADE + AGREEMENT
        # In pieces of 5 ms, so that a hole of the sound server's own counts for nothing.
        heard = np.unique(sounding // (RATE_HZ // 200)).size / 200
        as_told = said["played"] == pytest.approx(heard, abs=FADE + AGREEMENT)
        end = right[sounding[-1] - RATE_HZ // 20 : sounding[-1] + RATE_HZ // 20]
        smooth = bool(np.abs(np.diff(end)).max() < 1.3 * steepest)
        takes.append((at_once, as_told, smooth))
        if all(takes[-1]):
            break
    assert all(takes[-1]), takes


def test_a_crashed_sound_server_is_survived(
    rig: SoundLoop, program: Program, tmp_path: Path
) -> None:
    program.do("open")
    program.do("play", 1, wav(tmp_path / "tone.wav", chirp(20.0)))
    program.do("told", "started", 1)
    rig.kill()
    program.do("stalled")
    # Nobody waits for the turn that can no longer be heard, and text goes on.
    assert program.do("close") == {"open": False}
    assert 0.0 < program.do("told", "finished", 1)["value"] < 20.0
    program.do("play", 2, tmp_path / "tone.wav")
    assert program.do("told", "finished", 2)["value"] == 0.0
    program.tell("open")
    refused = program.answer()
    assert refused["error"] in {"DeviceFailed", "NoDevice", "DeviceBusy"}
    assert refused["message"].endswith(".")
    rig.start()
    program.do("rescan")
    program.do("open")
    likenesses = []
    for turn in range(3, 8):
        with rig.record(tmp_path / "both.wav"):
            program.do("play", turn, wav(tmp_path / "answer.wav", chirp(0.8), quiet(0.5)))
            program.do("told", "started", turn)
            program.do("told", "finished", turn)
        likenesses.append(likeness(read_sides(tmp_path / "both.wav")[1], chirp(0.8)))
        if likenesses[-1] > 0.98:
            break
    assert likenesses[-1] > 0.98, likenesses
