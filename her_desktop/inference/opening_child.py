"""Opens one model as the program would, in a process that may be lost, and says how it went.

Each step is a line of JSON, written before it is taken: {"step": "load"}, so that the parent knows
what this process died of; {"refused": sentence} ends it in words.
Rule: a program of its own; only `opening` runs it, as: KIND MEMORY SECONDS PATH..., and ends it
where it takes too long by the clock. SECONDS are of computing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from her_desktop.inference.confinement import confine, deadline
from her_desktop.inference.protocols import ModelError

TEMPLATE_TIME = 2.0
"""Seconds a chat template gets for a few short conversations."""

_CONTEXT_TOKENS = 512

_CONVERSATIONS = (
    [("system", "Be kind."), ("user", "Hello.")],
    [("user", "Hello."), ("assistant", "Hello!"), ("user", "How are you?")],
    [("system", "Be kind."), *[("user", "Hello."), ("assistant", "Hello!")] * 20, ("user", "Bye.")],
)

Tell = Callable[[str], None]


def main(arguments: Sequence[str]) -> int:
    """Open the model that the arguments name; return 0 where it opens and 3 where it does not."""
    kind, memory, seconds, *names = arguments
    confine(int(memory), float(seconds))
    words: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What libraries print must not come between the words.
    os.dup2(2, 1)

    def tell(step: str) -> None:
        words.write(json.dumps({"step": step}) + "\n")
        words.flush()

    tell("begin")
    paths = [Path(name) for name in names]
    openers = {"stt": _open_recognizer, "llm": _open_language_model, "tts": _open_voice}
    with Path(os.devnull).open("w") as nowhere:
        try:
            openers[kind](paths, tell, nowhere)
        except ModelError as error:
            words.write(json.dumps({"refused": str(error)}) + "\n")
            words.flush()
            return 3
        except MemoryError:
            tell("memory")
            return 3
        except Exception:
            # What the program did not foresee in a file, the file should not have had.
            tell("odd")
            return 3
    return 0


def _open_recognizer(paths: Sequence[Path], tell: Tell, _nowhere: IO[str]) -> None:
    from her_desktop.inference.stt import WhisperRecognizer

    tell("load")
    recognizer = WhisperRecognizer(paths[0].parent, language="auto", threads=1)
    tell("run")
    recognizer.transcribe(np.zeros(16_000, np.float32), lambda: False)


def _open_language_model(paths: Sequence[Path], tell: Tell, nowhere: IO[str]) -> None:
    from her_desktop.inference.gguf_check import require_whole_gguf
    from her_desktop.inference.llm import LlamaLanguageModel
    from her_desktop.inference.template import compiled, get_ready

    get_ready()
    tell("template")
    source = require_whole_gguf(paths[0]).text("tokenizer.chat_template")
    with deadline(TEMPLATE_TIME, nowhere):
        if source and (template := compiled(source, "</s>", "<s>")):
            for messages in _CONVERSATIONS:
                template(messages)
    tell("load")
    # It comes with its own warm-up, which runs every layer.
    LlamaLanguageModel(paths[0], context_tokens=_CONTEXT_TOKENS, answer_tokens=16, threads=1)


def _open_voice(paths: Sequence[Path], tell: Tell, _nowhere: IO[str]) -> None:
    from her_desktop.inference.loading import open_onnx, read_json
    from her_desktop.inference.tts import PiperVoice

    tell("load")
    model, config = paths[0], read_json(paths[1])
    _require_whole_graph(model)
    session = open_onnx(model, 1)
    inputs = {item.name for item in session.get_inputs()}
    speakers = config.get("num_speakers", 1)
    if ("sid" in inputs) != (isinstance(speakers, int) and speakers > 1):
        raise mismatch(paths[1])
    # Every symbol of the table once, so that none of them is missing on some later day.
    ids = sorted({number for numbers in config["phoneme_id_map"].values() for number in numbers})
    feed = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        # Spoken ten times as fast: it is the symbols that matter, not the sound.
        "scales": np.array([0.0, 0.1, 0.0], np.float32),
    }
    if "sid" in inputs:
        feed["sid"] = np.array([speakers - 1], np.int64)
    try:
        session.run(None, feed)
    except Exception as error:
        # onnxruntime raises its own classes, which have no common ancestor but Exception.
        raise mismatch(paths[1]) from error
    tell("run")
    PiperVoice(model, paths[1], threads=2)


def mismatch(config: Path) -> ModelError:
    """Return the error for a voice whose description is another voice's."""
    return ModelError(
        f"The voice and its description {config.name} do not belong together. "
        "Please install the voice again."
    )


def _require_whole_graph(path: Path) -> None:
    """Refuse a graph that keeps weights in other files: their names may lead anywhere."""
    import onnx

    from her_desktop.inference.loading import require_onnx, unreadable

    require_onnx(path)
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:
        # protobuf and onnx raise classes of their own, which have no common ancestor.
        raise unreadable(path, error) from error
    if any(tensor.external_data for tensor in model.graph.initializer):
        raise ModelError(
            f"The model {path.name} keeps parts of itself in other files, which is not safe. "
            "Please choose another one."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
