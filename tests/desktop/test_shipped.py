from __future__ import annotations

import platform
from pathlib import Path

from her_desktop.catalogue import read_catalogue
from her_desktop.desktop.shipped import main_versions, model_pieces, pieces
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings


def test_every_package_has_its_licence() -> None:
    found = {piece.name.lower().replace("_", "-"): piece for piece in pieces()}
    for name in ("pyside6-essentials", "faster-whisper", "llama-cpp-python", "piper-tts", "numpy"):
        assert found[name].version
        assert found[name].licence
    assert all(piece.licence for piece in found.values())
    assert "GPL-3.0" in found["piper-tts"].licence
    assert "GPL-3.0" in found["espeak-ng"].licence, "inside another package, and named"


def test_the_program_comes_first_and_tools_of_the_tests_not_at_all() -> None:
    names = [piece.name.lower() for piece in pieces()]
    assert names[0] == "her-desktop"
    assert len(names) == len(set(names))
    assert not {"pytest", "mypy", "ruff", "torch"} & set(names)


def test_licence_texts_can_be_read() -> None:
    texts = [path for piece in pieces() for path in piece.texts]
    assert len(texts) > 20
    assert all(path.is_file() for path in texts)


def test_the_installed_models_have_their_licence(tmp_path: Path) -> None:
    models = Models(Settings(), Paths.under(tmp_path))
    found = {piece.name: piece for piece in model_pieces(models.known.values(), models.locate)}
    catalogue = read_catalogue()
    starter = [catalogue[name] for name in (Settings().stt_model, Settings().llm_model)]
    assert all(found[model.name].licence == model.licence for model in starter)
    assert len(found) < len(catalogue), "what is not installed is not shipped"


def test_a_bug_report_begins_with_the_versions_that_matter() -> None:
    versions = main_versions()
    assert list(versions)[:2] == ["her_desktop", "Python"]
    assert versions["Python"] == platform.python_version()
    assert {"Qt for Python", "CTranslate2", "Piper"} <= versions.keys()
