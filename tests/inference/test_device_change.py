from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from fakes import FakeLanguageModel, FakeRecognizer, FakeVoice

from her_desktop.audio.format import Pcm
from her_desktop.inference.device_change import (
    Attempt,
    MovableLanguageModel,
    MovableRecognizer,
    MovableVoice,
    first_that_loads,
)
from her_desktop.inference.gpu_trouble import Cause, GpuError, Trouble
from her_desktop.inference.protocols import Cancelled, ModelError, Transcript
from her_desktop.inference.stt import WhisperRecognizer
from her_desktop.inference.tts import PiperVoice

LOST, FULL = GpuError(Trouble(Cause.LOST)), GpuError(Trouble(Cause.MEMORY))
SOUND = np.ones(1600, np.float32)


def lost() -> Iterator[Pcm]:
    raise LOST
    yield SOUND  # type: ignore[unreachable]


def never() -> bool:
    return False


class News:
    """What was told of a move."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def __call__(self, detail: str, sentence: str) -> None:
        self.told.append((detail, sentence))


def failing(error: Exception) -> Callable[[], FakeRecognizer]:
    def load() -> FakeRecognizer:
        raise error

    return load


def test_the_first_way_that_works_is_taken_and_nothing_is_said() -> None:
    model = FakeRecognizer()
    said: list[str] = []
    ways = [Attempt(lambda: model, on_gpu=True), Attempt(failing(LOST))]
    assert first_that_loads("Whisper", ways, said.append) == (model, 0)
    assert said == []


def test_why_it_came_to_the_processor_is_said_with_its_name() -> None:
    model = FakeRecognizer()
    said: list[str] = []
    ways = [Attempt(failing(FULL), on_gpu=True), Attempt(lambda: model)]
    assert first_that_loads("Whisper", ways, said.append) == (model, 1)
    assert said == [Trouble(Cause.MEMORY).sentence("Whisper")]


def test_a_second_way_on_the_gpu_says_what_is_less_about_it() -> None:
    said: list[str] = []
    ways = [
        Attempt(failing(FULL), on_gpu=True),
        Attempt(FakeRecognizer, ("Less of it.",), on_gpu=True),
        Attempt(failing(LOST)),
    ]
    _, number = first_that_loads("Whisper", ways, said.append)
    assert (number, said) == (1, ["Less of it."])


def test_a_damaged_file_is_one_everywhere() -> None:
    ways = [Attempt(failing(ModelError("Damaged.")), on_gpu=True), Attempt(FakeRecognizer)]
    with pytest.raises(ModelError, match="Damaged"):
        first_that_loads("Whisper", ways, lambda _: None)


def test_where_even_the_processor_fails_only_that_is_said() -> None:
    said: list[str] = []
    ways = [Attempt(failing(LOST), on_gpu=True), Attempt(failing(ModelError("No memory.")))]
    with pytest.raises(ModelError, match="No memory"):
        first_that_loads("Whisper", ways, said.append)
    assert said == []


class OnGpu(FakeRecognizer):
    detail = "GPU, float16"

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        raise LOST


class OnProcessor(FakeRecognizer):
    detail = "CPU, int8, 2 threads"


def test_speech_is_understood_although_the_gpu_is_lost() -> None:
    gone, news = OnGpu(), News()
    model = MovableRecognizer("Whisper", gone, OnProcessor, news, "{}, measured".format)
    assert model.detail == "GPU, float16, measured"

    assert model.transcribe(SOUND, never).text == "What is the time?"

    assert model.detail == "CPU, int8, 2 threads"
    assert news.told == [(model.detail, Trouble(Cause.LOST).sentence("Whisper"))]
    assert model.transcribe(SOUND, never).text == "What is the time?"
    assert len(news.told) == 1


class Full(OnGpu):
    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        raise FULL


def test_a_full_card_is_given_back_what_the_model_had_of_it() -> None:
    first = Full()
    assert MovableRecognizer("Whisper", first, OnProcessor, News()).transcribe(SOUND, never).text
    assert first.closed


def test_a_lost_card_is_not_touched_again() -> None:
    # To free what is on it is a call that fails, in a place where a library cannot raise.
    gone = OnGpu()
    model = MovableRecognizer("Whisper", gone, OnProcessor, News())
    assert model.transcribe(SOUND, never).text
    model.close()
    assert not gone.closed
    left = weakref.ref(gone)
    del gone
    gc.collect()
    assert left() is not None, "nor is it when nobody knows the model any more"


def test_a_library_that_cannot_let_go_of_its_card_stops_nothing() -> None:
    class Stuck(Full):
        def close(self) -> None:
            raise RuntimeError("the context is destroyed")

    model = MovableRecognizer("Whisper", Stuck(), OnProcessor, News())
    assert model.transcribe(SOUND, never).text


def test_where_the_processor_fails_too_the_next_work_tries_again() -> None:
    ways = iter([failing(ModelError("No memory.")), OnProcessor])
    news, first = News(), Full()
    model = MovableRecognizer("Whisper", first, lambda: next(ways)(), news)
    with pytest.raises(ModelError, match="No memory"):
        model.transcribe(SOUND, never)
    assert (model.detail, news.told) == ("", [])
    assert model.transcribe(SOUND, never).text
    assert len(first.heard) == 0, "what was closed is not used again"
    assert news.told == [("CPU, int8, 2 threads", Trouble(Cause.MEMORY).sentence("Whisper"))]
    model.close()


@pytest.mark.models
def test_what_ctranslate2_says_of_a_lost_card(
    recognizer: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost:
        """CTranslate2's model, on a card that is gone."""

        def __getattr__(self, _: str) -> Callable[..., None]:
            def fail(*_: object, **__: object) -> None:
                raise RuntimeError("CUDA failed with error unspecified launch failure")

            return fail

    monkeypatch.setattr(recognizer, "_device", "cuda")
    monkeypatch.setattr(recognizer, "_whisper", Lost())
    news = News()
    model = MovableRecognizer("Whisper", recognizer, OnProcessor, news)
    assert model.transcribe(np.ones(16_000, np.float32), never).text == "What is the time?"
    assert news.told == [("CPU, int8, 2 threads", Trouble(Cause.LOST).sentence("Whisper"))]


@pytest.mark.models
def test_what_onnxruntime_says_of_a_lost_card(
    voice: PiperVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> Iterator[Pcm]:
        raise RuntimeError(
            "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 719: unspecified launch failure ; GPU=0"
        )

    monkeypatch.setattr(voice, "_on_gpu", True)
    monkeypatch.setattr(voice._graph, "sound", fail)
    news = News()
    model = MovableVoice("Joe", voice, FakeVoice, news)
    assert model.identity == voice.identity
    assert [pcm.size for pcm in model.speak("One two.", never)] == [200]
    assert news.told == [("scripted", Trouble(Cause.LOST).sentence("Joe"))]
    assert model.identity == "", "a voice that cannot be told from others"


def test_on_the_processor_there_is_no_further_way() -> None:
    model = MovableRecognizer("Whisper", OnGpu(), None, News())
    with pytest.raises(GpuError):
        model.transcribe(SOUND, never)


class TellingMind(FakeLanguageModel):
    """Gives some pieces, then loses its card; notes what it was told to be."""

    def __init__(self, *pieces: str) -> None:
        super().__init__(pieces or ("A. ", "B."))
        self.loses = bool(pieces)
        self.tuned: dict[str, int] = {}

    def reply(self, messages: object, cancelled: Cancelled) -> Iterator[str]:
        yield from (piece for piece in self.pieces if piece)
        if self.loses:
            raise LOST

    def tune(self, *, answer_tokens: int) -> None:
        self.tuned = {"answer_tokens": answer_tokens}


def test_an_answer_that_has_not_begun_begins_again_on_the_processor() -> None:
    second, news = TellingMind(), News()
    model = MovableLanguageModel("Llama", TellingMind(""), lambda: second, news)
    model.tune(answer_tokens=40)
    assert list(model.reply([("user", "Hi")], never)) == ["A. ", "B."]
    assert second.tuned == {"answer_tokens": 40}, "what it was told before holds for the new one"
    assert len(news.told) == 1


def test_an_answer_that_has_begun_is_not_said_twice() -> None:
    model = MovableLanguageModel("Llama", TellingMind("One. "), TellingMind, News())
    answer = model.reply([("user", "Hi")], never)
    assert next(answer) == "One. "
    with pytest.raises(ModelError, match="please ask again"):
        next(answer)
    assert list(model.reply([("user", "Hi")], never)) == ["A. ", "B."]


def test_what_is_read_ahead_moves_it_as_well() -> None:
    class Deaf(FakeLanguageModel):
        def prepare(self, messages: object, cancelled: Cancelled) -> None:
            raise LOST

        def end_probability(self, messages: object, cancelled: Cancelled) -> float:
            raise LOST

    for ask in ("prepare", "end_probability"):
        second = FakeLanguageModel()
        model = MovableLanguageModel("Llama", Deaf(), lambda mind=second: mind, News())  # type: ignore[misc]
        getattr(model, ask)([("user", "Hi")], never)
        assert list(model.reply([("user", "Hi")], never)) == list(second.pieces)


def test_a_sentence_is_spoken_although_the_gpu_is_lost() -> None:
    class Mute(FakeVoice):
        def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
            yield from lost()

    news = News()
    voice = MovableVoice("Joe", Mute(), FakeVoice, news)
    assert voice.sample_rate_hz == 1000
    (pcm,) = voice.speak("two words", never)
    assert pcm.size == 200
    assert news.told[0][1] == Trouble(Cause.LOST).sentence("Joe")


def test_closing_closes_what_is_in_use() -> None:
    inner = FakeVoice()
    MovableVoice("Joe", inner, FakeVoice, News()).close()
    assert inner.closed
