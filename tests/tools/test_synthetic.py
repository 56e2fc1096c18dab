"""Models of random weights: whole, of the right size, usable, timed and removed again."""

from __future__ import annotations

import dataclasses
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakeVoice

from her_desktop.inference.llm import LlamaLanguageModel
from her_desktop.inference.protocols import ModelError, Voice
from her_desktop.tools import synthetic, synthetic_gguf
from her_desktop.tools.synthetic import NONSENSE, Wanted, bench_synthetic, bytes_needed, obstacle
from her_desktop.tools.synthetic_gguf import size_of, token_texts, write_llama
from her_desktop.tools.synthetic_report import lines_of
from her_desktop.tools.synthetic_shapes import LARGE, SHAPES, LlamaShape, WhisperShape
from her_desktop.tools.synthetic_speed import PROCESSOR, llama_speed, whisper_speed
from her_desktop.tools.synthetic_whisper import vocabulary, write_whisper


def no_voice() -> Voice:
    raise AssertionError("nobody asked for a voice")


def whisper(name: str = "tiny-whisper") -> WhisperShape:
    shape = SHAPES[name]
    assert isinstance(shape, WhisperShape)
    return shape


def llama(name: str) -> LlamaShape:
    shape = SHAPES[name]
    assert isinstance(shape, LlamaShape)
    return shape


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("large-v3", 3_087_284_237),
        ("large-v3-turbo", 1_617_884_929),
        ("qwen3-4b", 2_497_280_256),
        ("llama-3.1-8b", 4_920_739_232),
    ],
)
def test_a_large_shape_has_the_size_of_the_published_file(name: str, published: int) -> None:
    # Within a third of a percent: the texts of the vocabulary differ.
    assert bytes_needed(SHAPES[name]) == pytest.approx(published, rel=0.0033)


def test_whispers_tokens_stand_where_the_real_ones_do() -> None:
    tokens = vocabulary(whisper("large-v3-turbo"))
    assert len(tokens) == len(set(tokens)) == 51866
    assert tokens.index("<|endoftext|>") == 50257
    assert tokens.index("<|startoftranscript|>") == 50258
    assert tokens.index("<|notimestamps|>") == 50364
    assert tokens[-1] == "<|30.00|>"


def test_no_two_tokens_of_a_language_model_are_alike() -> None:
    tokens = token_texts(151936)
    assert len(set(tokens)) == 151936
    assert sum(token.endswith(".") for token in tokens) > 15000, "sentences have to end"


@pytest.mark.parametrize("name", ["tiny-qwen", "tiny-llama"])
def test_a_language_model_of_random_weights_answers(tmp_path: Path, name: str) -> None:
    shape = llama(name)
    path = tmp_path / "model.gguf"
    size = write_llama(shape, path)
    assert path.stat().st_size == size
    assert size - size_of(shape) < 50 * shape.vocabulary + 4096, "weights, texts and little else"
    model = LlamaLanguageModel(path, context_tokens=512, answer_tokens=16, threads=1)
    try:
        said = "".join(model.reply([("system", "Be brief."), ("user", "Hello.")], lambda: False))
    finally:
        model.close()
    assert said.strip()


def numbers_of(kind: Any) -> Any:
    """Return what llama.cpp makes of the pool's blocks, by its own dequantisation."""
    blocks = synthetic_gguf._pool(kind).reshape(synthetic_gguf._POOL_BLOCKS, -1)[:64]
    if kind is synthetic_gguf._Type.Q4_K:
        return _q4_k(blocks)
    return _q6_k(blocks)


def _q4_k(blocks: Any) -> Any:
    """Follow ggml's dequantize_row_q4_K."""
    d, dmin = (blocks[:, at : at + 2].copy().view(np.float16).astype(np.float32) for at in (0, 2))
    packed, quants = blocks[:, 4:16], blocks[:, 16:]
    low, high = packed[:, :4], packed[:, 4:8]
    extra = packed[:, 8:]
    scales = np.concatenate([low & 63, (extra & 15) | ((low >> 6) << 4)], axis=1)
    mins = np.concatenate([high & 63, (extra >> 4) | ((high >> 6) << 4)], axis=1)
    pairs = quants.reshape(-1, 4, 32)
    values = np.stack([pairs & 15, pairs >> 4], axis=2).reshape(-1, 8, 32)
    return d[:, :, None] * scales[:, :, None] * values - dmin[:, :, None] * mins[:, :, None]


def _q6_k(blocks: Any) -> Any:
    """Follow ggml's dequantize_row_q6_K as far as the range of its numbers goes."""
    quants = (blocks[:, :128] & 15).astype(np.float32) + 16 * (blocks[:, :128] >> 6) - 32
    scales = blocks[:, 192:208].copy().view(np.int8).astype(np.float32)
    d = blocks[:, 208:210].copy().view(np.float16).astype(np.float32)
    return d * np.repeat(scales, 8, axis=1) * quants


@pytest.mark.parametrize("kind", [synthetic_gguf._Type.Q4_K, synthetic_gguf._Type.Q6_K])
def test_the_random_weights_are_sane(kind: Any) -> None:
    numbers = numbers_of(kind)
    assert np.isfinite(numbers).all()
    assert abs(float(numbers.mean())) < 0.005
    assert 0.005 < float(numbers.std()) < 0.06


def test_a_gguf_file_begins_as_the_format_says(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write_llama(llama("tiny-qwen"), path)
    magic, version, tensors, values = struct.unpack("<4sIQQ", path.read_bytes()[:24])
    assert (magic, version) == (b"GGUF", 3)
    # A table and a norm, and eleven tensors a layer where queries and keys are normalised.
    assert tensors == 2 + 11 * 8
    assert values == 24


def test_rows_that_fit_no_block_are_refused(tmp_path: Path) -> None:
    odd = dataclasses.replace(llama("tiny-llama"), width=100)
    with pytest.raises(ValueError, match="blocks of 256"):
        write_llama(odd, tmp_path / "model.gguf")


def test_a_recogniser_of_random_weights_is_timed(tmp_path: Path) -> None:
    shape = whisper()
    size = write_whisper(shape, tmp_path / "model")
    assert size == pytest.approx(shape.size, rel=0.01)
    row = whisper_speed(tmp_path / "model", shape, PROCESSOR, "int8", 1)
    assert row["tokens"] == 20, "nonsense must not end early"
    assert row["encode_frames"] == 700
    for figure in ("load_ms", "encode_ms", "encode_30_s_ms", "five_seconds_ms"):
        assert float(row[figure]) > 0.0


def test_a_language_model_of_random_weights_is_timed(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    shape = llama("tiny-llama")
    write_llama(shape, path)
    row = llama_speed(path, shape, PROCESSOR, 1)
    assert (row["prefix_tokens"], row["question_tokens"], row["answer_tokens"]) == (256, 16, 64)
    for figure in ("load_ms", "prefill_tokens_per_second", "first_token_ms", "tokens_per_second"):
        assert float(row[figure]) > 0.0


def test_the_whole_run_prints_json_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("tiny-whisper", "tiny-llama")
    assert bench_synthetic(Wanted(names, ("processor",), tmp_path, as_json=True), 1, no_voice) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["note"] == NONSENSE
    assert [model["name"] for model in report["models"]] == list(names)
    assert all(model["runs"] and not model["problems"] for model in report["models"])
    assert list(tmp_path.iterdir()) == []
    lines = lines_of(report)
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert NONSENSE in text
    assert "tokens/s" in text
    assert "5 s of speech" in text


def test_a_library_that_refuses_is_told_and_the_next_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(synthetic, "whisper_speed", refuse)
    names = ("tiny-whisper", "tiny-llama")
    assert bench_synthetic(Wanted(names, ("processor",), tmp_path), 1, no_voice) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "not measured: processor, int8: CUDA failed with error out of memory" in printed
    assert "tokens/s" in printed
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_measured_nothing_has_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synthetic, "obstacle", lambda *_: "Not enough space.")
    assert bench_synthetic(Wanted(("tiny-whisper",), ("processor",), tmp_path), 1, no_voice) == 1
    assert "not measured: Not enough space." in capsys.readouterr().out


def test_disk_and_memory_are_looked_at_first(tmp_path: Path) -> None:
    size = bytes_needed(SHAPES["llama-3.1-8b"])
    assert obstacle(size, tmp_path, 10**11, 10**11) == ""
    assert "--keep" in obstacle(size, tmp_path, 10**9, 10**11)
    assert "Close other programs" in obstacle(size, tmp_path, 10**11, 10**9)


def test_only_what_is_known_can_be_asked_for() -> None:
    assert set(LARGE) < set(SHAPES)
    with pytest.raises(ModelError, match="choose among large-v3-turbo"):
        bench_synthetic(Wanted(("gpt-9",)), 1, no_voice)


def test_a_whole_turn_is_timed_part_by_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = Wanted(("tiny-turn",), ("processor",), tmp_path, as_json=True)
    assert bench_synthetic(wanted, 1, FakeVoice) == 0
    report = json.loads(capsys.readouterr().out)
    (run,) = report["models"][0]["runs"]
    parts = [run[f"{part}_ms"] for part in ("recognised", "first_token", "clause", "sound")]
    assert parts == sorted(parts), "each part ends after the one before"
    assert parts[0] > 0.0
    assert "from the last spoken sample" in " ".join(" ".join(lines_of(report)).split())
    assert list(tmp_path.iterdir()) == []


def test_a_turn_that_needs_a_gpu_says_so_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synthetic, "gpu_reasons", lambda: {"ctranslate2": "No GPU."})
    assert bench_synthetic(Wanted(("tiny-turn",), folder=tmp_path), 1, no_voice) == 1
    assert "Add `--on processor`" in capsys.readouterr().out
