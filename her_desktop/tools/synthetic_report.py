"""What `bench --synthetic` prints: each model's figures in lines a person can read.

Rule: pure; takes the report that is also printed as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from her_desktop.tools.terminal import folded


def lines_of(report: Mapping[str, Any]) -> list[str]:
    """Return the report as lines of text."""
    machine, load = report["machine"], report["load"]
    lines = [
        report["note"],
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB",
        f"Processor time that was not ours meanwhile: {load['others_percent']} % to other "
        f"programs, {load['stolen_percent']} % to other machines on the same host.",
    ]
    lines += report["without_gpu"]
    for model in report["models"]:
        lines += ["", f"{model['title']} ({model.get('bytes', 0) / 1e9:.2f} GB)"]
        lines += [f"  {_line(run)}" for run in model["runs"]]
        lines += [f"  not measured: {problem}" for problem in model["problems"]]
    return list(folded(lines))


def _line(run: Mapping[str, Any]) -> str:
    if "sound_ms" in run:
        return (
            f"{run['device']} ({run['runs_on']}): {run['sound_ms']:.0f} ms from the last spoken "
            f"sample to the first sound, median of {run['turns']} turns with nothing guessed ahead "
            f"(recognised after {run['recognised_ms']:.0f}, first token after "
            f"{run['first_token_ms']:.0f}, first clause after {run['clause_ms']:.0f})"
        )
    if "encode_ms" in run:
        return (
            f"{run['device']}, {run['stored_as']}: 5 s of speech {run['five_seconds_ms']:.0f} ms "
            f"(encode {run['encode_ms']:.0f}, {run['tokens']} tokens at "
            f"{run['decode_step_ms']:.1f} each); encode 30 s {run['encode_30_s_ms']:.0f} ms; "
            f"loaded in {run['load_ms'] / 1000:.1f} s"
        )
    return (
        f"{run['runs_on']}: first token {run['first_token_ms']:.0f} ms after "
        f"{run['question_tokens']} new tokens on a warm prefix of {run['prefix_tokens']}; "
        f"{run['tokens_per_second']:.1f} tokens/s; prefill "
        f"{run['prefill_tokens_per_second']:.0f} tokens/s; "
        f"loaded in {run['load_ms'] / 1000:.1f} s"
    )
