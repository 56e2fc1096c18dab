"""Model files that are not what they should be, made from nothing or from the starter models."""

from __future__ import annotations

import struct
from pathlib import Path

from her_desktop.catalogue import locate, read_catalogue

LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
"""Ten thousand million rounds, each of which the sandbox allows."""


def starter(model_id: str) -> list[Path]:
    """Return the files of a starter model, the one that is opened first."""
    model = read_catalogue()[model_id]
    where = locate(model, [])
    assert where is not None
    return model.paths(where)


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def gguf(
    *,
    tensors: int = 1,
    keys: int | None = None,
    version: int = 3,
    shape: tuple[int, ...] = (8, 4),
    kind: int = 0,
    data: int = 8 * 4 * 4,
    vocabulary: bool = True,
) -> bytes:
    """Return a GGUF file of one tensor; `tensors` and `keys` are what its head says."""
    pairs = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    pairs.append(
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    )
    pairs.append(text("some.numbers") + struct.pack("<IIQ3f", 9, 6, 3, 1.0, 2.0, 3.0))
    if vocabulary:
        pairs.append(text("tokenizer.ggml.model") + struct.pack("<I", 8) + text("gpt2"))
    head = b"GGUF" + struct.pack("<IQQ", version, tensors, len(pairs) if keys is None else keys)
    head += b"".join(pairs)
    head += text("weight") + struct.pack("<I", len(shape))
    head += struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", kind, 0)
    head += bytes(-len(head) % 32)
    return head + bytes(data)


def with_template(template: str, path: Path) -> Path:
    """Write the starter language model with another chat template, of at most the same length."""
    content = starter("smollm2-135m-instruct")[0].read_bytes()
    start = content.index(b"{% for message in messages %}")
    end = content.index(b"{% endif %}", content.rindex(b"add_generation_prompt", 0, 4_000_000))
    end += len(b"{% endif %}")
    raw = template.encode().ljust(end - start)
    assert len(raw) == end - start
    path.write_bytes(content[:start] + raw + content[end:])
    return path
