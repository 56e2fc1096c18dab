"""The command line with real models: what it prints, what it returns, what it says of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import read_wav
from her_desktop.cli import main
from her_desktop.inference.protocols import Recognizer, Voice
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings, save_settings

pytestmark = pytest.mark.models

SENTENCE = "Tell me something about the moon."


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models(Settings(), Paths.under(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def speech(models: Models) -> Pcm:
    """The sentence as sound, 16 kHz."""
    # The same each time: what is recognised must not depend on chance.
    voice: Voice = models.load_voice(variation=0.0)
    pcm = np.concatenate(list(voice.speak(SENTENCE, lambda: False)))
    voice.close()
    return resample(pcm, voice.sample_rate_hz, SAMPLE_RATE_HZ)


@pytest.fixture(scope="module")
def recognizer(models: Models) -> Iterator[Recognizer]:
    recognizer = models.load_recognizer()
    yield recognizer
    recognizer.close()


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Return a function that runs one command and gives its exit code, stdout and stderr."""
    before = set(threading.enumerate())
    data = tmp_path / "data"
    save_settings(Settings(answer_tokens=24), data / "settings.json")

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["--data-dir", str(data), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    yield command
    assert set(threading.enumerate()) == before, "a thread was left over"


Run = Callable[..., tuple[int, str, str]]


def wav(path: Path, pcm: Pcm, rate: int = SAMPLE_RATE_HZ, channels: int = 1) -> Path:
    resampled = resample(pcm, SAMPLE_RATE_HZ, rate)
    soundfile.write(path, np.column_stack([resampled] * channels), rate, subtype="PCM_16")
    return path


def one_plain_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2)])
def test_a_recorded_question_is_answered(
    run: Run, tmp_path: Path, speech: Pcm, recognizer: Recognizer, rate: int, channels: int
) -> None:
    question = wav(tmp_path / "question.wav", speech, rate, channels)
    out = tmp_path / "reply.wav"
    code, printed, errors = run("ask", question, "--out", out, "--json")
    assert (code, errors) == (0, "")
    report = json.loads(printed)
    assert "moon" in report["understood"].lower()
    timings = report["timings"]
    assert timings["reason"] == "finished"
    stages = ("stt_ms", "llm_first_token_ms", "first_sentence_ms", "tts_first_audio_ms")
    assert all(timings[stage] > 0 for stage in stages)
    assert timings["gap_ms"] >= sum(timings[stage] for stage in stages) * 0.9
    said = recognizer.transcribe(read_wav(out), lambda: False).text.lower().split()
    words = report["answer"].lower().split()
    assert len(set(said) & set(words)) >= 0.5 * len(set(words)), (said, words)


def test_a_written_question_is_answered(run: Run) -> None:
    code, printed, errors = run("ask", "--text", "Hello, who are you?")
    assert (code, errors) == (0, "")
    assert printed.strip()


def test_what_is_no_sound_file_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    fake = tmp_path / "song.wav"
    fake.write_bytes(b"This is no sound at all." * 50)
    empty = tmp_path / "empty.wav"
    empty.touch()
    hollow = wav(tmp_path / "hollow.wav", np.zeros(0, np.float32))
    for path in (fake, empty, hollow, tmp_path, tmp_path / "missing.wav"):
        code, printed, errors = run("ask", path)
        assert (code, printed) == (1, ""), path
        assert one_plain_sentence(errors), errors
        assert str(path) in errors


@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "click"])
def test_where_nobody_speaks_nothing_is_answered(run: Run, tmp_path: Path, kind: str) -> None:
    times = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    random = np.random.default_rng(3)
    click = np.zeros_like(times)
    click[20_000:20_040] = 0.9
    sounds = {
        "silence": np.zeros_like(times),
        "noise": random.normal(size=times.size) * 0.05,
        "hum": 0.2 * np.sin(2 * np.pi * 50 * times),
        "click": click,
    }
    path = wav(tmp_path / f"{kind}.wav", sounds[kind].astype(np.float32))
    code, printed, errors = run("ask", path)
    assert (code, printed) == (1, "")
    assert errors == f"No speech was found in {path}.\n"


def test_minutes_of_speech(run: Run, tmp_path: Path, speech: Pcm) -> None:
    pause = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    once = np.concatenate([speech, pause])
    # Several times what the recogniser takes in at once.
    minutes = np.tile(once, 100 * SAMPLE_RATE_HZ // once.size)
    code, printed, errors = run("ask", wav(tmp_path / "long.wav", minutes), "--json")
    if code == 0:
        understood = json.loads(printed)["understood"].lower()
        assert understood.count("moon") > 0.9 * (minutes.size // once.size)
    else:
        assert one_plain_sentence(errors), errors
        assert "longer" in errors, "it is too much for the language model, and it says so"


def test_a_line_longer_than_the_model_can_read(run: Run, tmp_path: Path) -> None:
    save_settings(Settings(context_tokens=512), tmp_path / "data" / "settings.json")
    code, printed, errors = run("ask", "--text", "word " * 1000)
    assert (code, printed) == (1, "")
    assert one_plain_sentence(errors), errors
    assert "longer" in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "--text", "  "],
        ["ask", "a.wav", "--text", "b"],
        ["control"],
        ["control", "dance"],
        ["control", "say"],
        ["control", "stop", "now"],
        ["models"],
        ["models", "install"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--data-dir", str(tmp_path), *arguments])
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_command_line_knows_the_commands_that_the_window_takes() -> None:
    from her_desktop.cli import CONTROL_COMMANDS
    from her_desktop.ui.control import COMMANDS

    assert CONTROL_COMMANDS == COMMANDS


def test_control_without_a_window_says_so(run: Run) -> None:
    code, printed, errors = run("control", "status")
    assert (code, printed) == (1, "")
    assert one_plain_sentence(errors.replace(": her-desktop", "."))


def test_the_sound_devices_are_listed(run: Run) -> None:
    code, printed, _ = run("devices", "--json")
    assert code == 0
    assert set(json.loads(printed)) == {"input", "output"}


def test_models_are_listed_with_their_licences_and_places(run: Run) -> None:
    code, printed, _ = run("models", "list", "--json")
    assert code == 0
    listed = {model["id"]: model for model in json.loads(printed)}
    assert {"whisper-tiny.en", "smollm2-135m-instruct", "silero-vad"} <= set(listed)
    assert all(model["licence"] for model in listed.values())
    for model in listed.values():
        assert model["downloadable"] if model["path"] is None else Path(model["path"]).is_dir()
    code, printed, _ = run("models", "list")
    assert code == 0
    named = [line for line in printed.splitlines() if not line.startswith(" ")]
    assert len(named) == len(listed)


def test_models_are_verified(run: Run, tmp_path: Path, models: Models) -> None:
    assert run("models", "verify", "silero-vad") == (0, "silero-vad: ok\n", "")
    own = tmp_path / "data" / "models" / "vad" / "silero-vad"
    own.mkdir(parents=True)
    _, files = models.files("silero-vad")
    spoiled = bytearray(files[0].read_bytes())
    spoiled[-1] ^= 1
    (own / files[0].name).write_bytes(spoiled)
    code, printed, errors = run("models", "verify", "silero-vad")
    assert (code, printed) == (1, "")
    assert errors == f"silero-vad: {files[0].name}: damaged\n"
    code, _, errors = run("models", "verify", "no-such-model")
    assert code == 1
    assert one_plain_sentence(errors)


def test_models_of_random_weights_are_measured(run: Run, tmp_path: Path) -> None:
    where = ("--keep", tmp_path / "written", "--on", "processor")
    code, printed, _ = run("bench", "--synthetic", "tiny-qwen", *where, "--json")
    assert code == 0
    (model,) = json.loads(printed)["models"]
    assert model["runs"][0]["tokens_per_second"] > 0
    assert list((tmp_path / "written").iterdir()) == []
    code, printed, errors = run("bench", "--synthetic", "no-such-shape", *where)
    assert (code, printed) == (1, "")
    assert one_plain_sentence(errors)


def test_the_help_is_light() -> None:
    script = (
        "import sys; from her_desktop.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'PySide6', 'onnxruntime', 'ctranslate2', 'llama_cpp', 'sounddevice'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert asked.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_reason_for_a_trace(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    script = "import sys; from her_desktop.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "--data-dir", str(tmp_path), "models", "list"]
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}
    with os.fdopen(writer, "w") as pipe:
        asked = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False, env=environment
        )
    assert (asked.returncode, asked.stderr) == (1, "")
