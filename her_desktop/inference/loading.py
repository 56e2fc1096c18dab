"""Look at a model's files before a library opens them.

Libraries answer a missing or truncated file in their own words, and some would go looking for it
on the network. Rule: whatever is wrong with a file ends here, or in `unreadable`, as a ModelError
with one plain sentence. Any thread may call these functions; they keep nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from her_desktop.inference.gpu_onnx import ON_PROCESSOR, Providers, require_used
from her_desktop.inference.gpu_trouble import GpuError, gpu_error
from her_desktop.inference.onnx_weights import Weight
from her_desktop.inference.protocols import ModelError

_log = logging.getLogger(__name__)

_AGAIN = "Please install the model again."
_GGUF_MAGIC = b"GGUF"
_ONNX_FIRST_FIELD = b"\x08"
"""A ModelProto begins with field 1, ir_version, a varint."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_file(path: Path, *, size: int | None = None, sha256: str | None = None) -> None:
    """Make sure that `path` is a readable file with something in it.

    `size` in bytes and `sha256` in hex are compared where they are given. Raises ModelError.
    """
    try:
        if not path.is_file():
            raise ModelError(f"The model file {path} is missing. {_AGAIN}")
        found = path.stat().st_size
        if found == 0:
            raise ModelError(f"The model file {path} is empty. {_AGAIN}")
        if size is not None and found != size:
            trouble = "incomplete" if found < size else "not the expected one"
            raise ModelError(f"The model file {path} is {trouble}. {_AGAIN}")
        if sha256 is not None and sha256_of(path) != sha256.lower():
            raise ModelError(f"The model file {path} is damaged. {_AGAIN}")
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror or 'unknown reason'}."
        ) from error


def require_gguf(path: Path) -> None:
    """Make sure that `path` is a GGUF file, as far as its first bytes tell. Raises ModelError."""
    require_file(path)
    if _first_bytes(path, len(_GGUF_MAGIC)) != _GGUF_MAGIC:
        raise ModelError(f"The file {path} is no GGUF language model. Please choose another one.")


def require_onnx(path: Path) -> None:
    """Make sure that `path` may be an ONNX graph, as far as it tells. Raises ModelError."""
    require_file(path)
    if _first_bytes(path, 1) != _ONNX_FIRST_FIELD:
        raise ModelError(f"The file {path} is no ONNX model. Please choose another one.")


def require_whisper(folder: Path) -> None:
    """Make sure that `folder` holds a whole CTranslate2 Whisper model. Raises ModelError."""
    if not folder.is_dir():
        raise ModelError(f"The model folder {folder} is missing. {_AGAIN}")
    for path in (folder / "model.bin", folder / "config.json", vocabulary_file(folder)):
        require_file(path)
    read_json(folder / "config.json")


def vocabulary_file(folder: Path) -> Path:
    """Return where the vocabulary of a CTranslate2 folder lies, or would lie were it there."""
    # In this order CTranslate2 looks for them.
    paths = [folder / name for name in ("vocabulary.json", "vocabulary.txt")]
    return next((path for path in paths if path.is_file()), paths[-1])


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a model's side file. Raises ModelError."""
    require_file(path)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not isinstance(value, dict):
        raise ModelError(f"The model file {path} is damaged. {_AGAIN}")
    return value


def unreadable(path: Path, error: Exception) -> ModelError:
    """Return the error to raise where a library could not open the file that looked right."""
    _log.warning("%s could not be opened: %s", path.name, error)
    return ModelError(
        f"The model {path} cannot be opened; it is incomplete, damaged or of another kind. {_AGAIN}"
    )


def open_onnx(
    path: Path,
    threads: int,
    content: bytes | None = None,
    providers: Providers = ON_PROCESSOR,
    weights: Mapping[str, Weight] | None = None,
) -> Any:
    """Open an ONNX graph on the processor: sequential, with `threads` threads in an operator.

    `content` is opened instead of the file where it is given, as a part of its graph; `weights`
    are those that it only names (see `onnx_weights`), and are copied. Other `providers` put it on
    a GPU, and what goes wrong there is a GpuError.
    Returns an onnxruntime.InferenceSession. Raises ModelError.
    """
    import onnxruntime

    require_onnx(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Errors only: a warning for a person says what to do, and these do not.
    options.log_severity_level = 3
    # Threads that spin on after a run would take the processor from the other models.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    # Nor longer than it takes to go from one operator to the next: where the language model thinks
    # meanwhile, or one core is all there is, a voice begins in two thirds to half of the time, and
    # alone it is as quick. ONNX Runtime 1.26 knows this, and 1.20 overlooks it.
    options.add_session_config_entry("session.intra_op.spin_duration_us", "10")
    named = dict(weights or {})
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in named.values()]
    if values:
        options.add_external_initializers(list(named), values)
    try:
        session = onnxruntime.InferenceSession(
            content or str(path),
            sess_options=options,
            providers=list(providers),
            # It would print why, and go on on the processor: that is not for it to decide.
            enable_fallback=0,
        )
        require_used(session, providers)
    except GpuError:
        raise
    except Exception as error:
        # onnxruntime raises its own classes, which have no common ancestor but Exception.
        if providers != ON_PROCESSOR:
            raise gpu_error(error) from error
        raise unreadable(path, error) from error
    return session


def _first_bytes(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
