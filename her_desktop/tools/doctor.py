"""`her-desktop doctor`: every stage and device exercised for real, and told as it was found.

A sentence is spoken by the voice, heard by the detector, recognised again and answered; both
devices have to move samples. Nothing is called healthy because a flag says so.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher

import numpy as np

from her_desktop.audio.devices import SoundError
from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.audio.microphone import BlockQueue, Microphone
from her_desktop.audio.resample import resample
from her_desktop.audio.speaker import Speaker
from her_desktop.conversation.events import Device, Stage
from her_desktop.inference.protocols import ModelError
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.tools.ask import find_speech
from her_desktop.wiring import Models

SENTENCE = "The weather is lovely today, and the birds are singing in the garden."

_ALIKE = 0.6
_LISTENING = 1.0
"""Seconds of sound a microphone has to deliver to be believed."""


@dataclass(frozen=True)
class Finding:
    """What one check found: `detail` is a plain sentence, `milliseconds` how long its work took."""

    name: str
    ok: bool
    detail: str
    milliseconds: float | None = None


class _Examination:
    """Owns the models while they are tried. One thread: the command's own."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._speech: Pcm | None = None

    def findings(self) -> Iterator[Finding]:
        """Try one thing after the other."""
        yield self._try(Stage.TTS, self._speak)
        yield self._try(Stage.VAD, self._detect)
        yield self._try(Stage.STT, self._recognise)
        yield self._try(Stage.LLM, self._answer)
        yield self._try(Device.MICROPHONE, self._hear)
        yield self._try(Device.SPEAKER, self._play)
        yield Finding("gpu", ok=True, detail=_gpu())

    def _try(self, name: Stage | Device, check: Callable[[], tuple[str, float]]) -> Finding:
        try:
            detail, seconds = check()
        except (ModelError, SoundError) as error:
            return Finding(name.value, ok=False, detail=str(error))
        except Exception as error:
            # Whatever breaks is a finding; a report that stops half way helps nobody.
            detail = f"It failed unexpectedly ({type(error).__name__}): {error}"
            return Finding(name.value, ok=False, detail=detail)
        return Finding(name.value, ok=True, detail=detail, milliseconds=round(seconds * 1000, 1))

    def _speak(self) -> tuple[str, float]:
        voice = self._models.load_voice()
        try:
            begun = time.monotonic()
            pieces = list(voice.speak(SENTENCE, _never))
            seconds = time.monotonic() - begun
            pcm = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
            if not pcm.any():
                raise ModelError("The voice made no sound. Choose another voice.")
            self._speech = resample(pcm, voice.sample_rate_hz, SAMPLE_RATE_HZ)
            length = pcm.size / voice.sample_rate_hz
            return f"Spoke {length:.1f} s of sound on {voice.detail}.", seconds
        finally:
            voice.close()

    def _detect(self) -> tuple[str, float]:
        speech = self._need_speech()
        detector = self._models.load_detector()
        begun = time.monotonic()
        end = find_speech(detector, speech)
        silent = find_speech(detector, np.zeros_like(speech))
        seconds = time.monotonic() - begun
        if end is None or silent is not None:
            raise ModelError("Speech and silence are not told apart. Install the model again.")
        return "Heard the spoken sentence as speech, and silence as silence.", seconds

    def _recognise(self) -> tuple[str, float]:
        speech = self._need_speech()
        recognizer = self._models.load_recognizer()
        try:
            begun = time.monotonic()
            text = recognizer.transcribe(speech, _never).text
            seconds = time.monotonic() - begun
            alike = SequenceMatcher(None, SENTENCE.lower(), text.lower()).ratio()
            if alike < _ALIKE:
                raise ModelError(
                    f"The spoken sentence was recognised as “{text}”. Choose another model."
                )
            return f"Recognised the spoken sentence on {recognizer.detail}.", seconds
        finally:
            recognizer.close()

    def _answer(self) -> tuple[str, float]:
        model = self._models.load_language_model()
        try:
            system = ("system", self._models.system_prompt)
            begun = time.monotonic()
            first_at, text = 0.0, ""
            for piece in model.reply([system, ("user", SENTENCE)], _never):
                first_at = first_at or time.monotonic()
                text += piece
            if not text.strip():
                raise ModelError("The language model gave no answer. Choose another model.")
            return f"Answered in {len(text.split())} words on {model.detail}.", first_at - begun
        finally:
            model.close()

    def _hear(self) -> tuple[str, float]:
        blocks = BlockQueue()
        microphone = Microphone(blocks)
        begun = time.monotonic()
        try:
            microphone.open(self._models.settings.input_device)
            heard, audible, first = 0.0, False, 0.0
            while heard < _LISTENING:
                block = blocks.get(timeout=2.0)
                if isinstance(block, Block):
                    first = first or time.monotonic()
                    heard += block.pcm.size / block.sample_rate_hz
                    audible = audible or bool(block.pcm.any())
            quality = "" if audible else ", all of it silent: check that it is switched on"
            return f"{microphone.name} delivered {heard:.1f} s of sound{quality}.", first - begun
        finally:
            microphone.close()

    def _play(self) -> tuple[str, float]:
        finished = threading.Event()
        played: list[float] = []

        def on_finished(turn: int, seconds: float) -> None:
            played.append(seconds)
            finished.set()

        speaker = Speaker(lambda turn, at: None, on_finished)
        begun = time.monotonic()
        try:
            speaker.open(self._models.settings.output_device)
            # Half a second of a tone too quiet to notice: the device has to take it all.
            times = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
            tone = (0.002 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
            speaker.play(0, tone, SAMPLE_RATE_HZ)
            speaker.finish(0)
            if not finished.wait(3.0):
                raise ModelError("The loudspeaker takes no sound. Choose another output device.")
            return f"{speaker.name} played {played[0]:.1f} s of sound.", time.monotonic() - begun
        finally:
            speaker.close()

    def _need_speech(self) -> Pcm:
        if self._speech is None:
            raise ModelError("Not tried, because the voice made no sentence to try it with.")
        return self._speech


def doctor(models: Models, *, as_json: bool) -> int:
    """Examine everything a user needs; print what was found; return 1 where something is broken."""
    findings: list[Finding] = []
    for finding in _Examination(models).findings():
        findings.append(finding)
        if not as_json:
            sign = "ok    " if finding.ok else "BROKEN"
            took = "" if finding.milliseconds is None else f"  ({finding.milliseconds:.0f} ms)"
            print(f"{finding.name:<11} {sign} {finding.detail}{took}", flush=True)
    healthy = all(finding.ok for finding in findings)
    if as_json:
        report = {"healthy": healthy, "findings": [asdict(finding) for finding in findings]}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if healthy else 1


def _gpu() -> str:
    meter = LoadMeter()
    try:
        return meter.reason or "An NVIDIA GPU answers."
    finally:
        meter.close()


def _never() -> bool:
    return False
