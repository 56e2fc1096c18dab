"""The real engine with the starter models, whose llama.cpp breaks a promise of its own for real."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ASKS = """
import json, sys, threading
from pathlib import Path
from her_desktop.inference.llama import LlamaContext
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.session import Session
from her_desktop.models import Models

honest = LlamaContext.batch_tokens
broken = []

def batch_tokens(context):
    # More at once than the context was made for: llama.cpp answers that by an abort.
    broken.append(True)
    return honest.fget(context) if broken[1:] else 100_000

settings = Settings(answer_tokens=24, speculation=False)
with Session(Models(settings, Paths.under(Path(sys.argv[1])))) as session:
    loaded = {stage.value: type(state).__name__ for stage, state in session.stages.items()}
    LlamaContext.batch_tokens = property(batch_tokens)
    answers = [session.ask_text(f"{text} " * 30) for text in ("What is red?", "What is blue?")]
print(json.dumps({
    "loaded": loaded,
    "answers": [(each.ended.reason.value, each.text, each.problems) for each in answers],
    "samples": [each.pcm.size for each in answers],
    "lost": [thread.daemon for thread in threading.enumerate() if thread.name == "llm"],
}))
"""


@pytest.mark.models
def test_the_question_after_an_abort_is_answered_and_the_program_ends(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ASKS, str(tmp_path)],
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert set(told["loaded"].values()) == {"StageReady"}
    (reason, text, problems), (next_reason, next_text, _) = told["answers"]
    assert (reason, text) == ("failed", "")
    assert any("ask again" in sentence for sentence in problems)
    assert next_reason == "finished"
    assert next_text
    assert told["samples"][1] > 0, "and spoken"
    # One thread is left in llama.cpp, and the process ended although it is.
    assert told["lost"] == [True]
