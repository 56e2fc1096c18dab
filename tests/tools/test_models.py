"""`her-desktop models install` and `remove`: what they print, return and leave on the disk."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from broken_models import gguf, starter
from downloads.bad_server import CONTENT, Fault, Server, status, toy

from her_desktop.catalogue import Model
from her_desktop.downloads.progress import Progress, State
from her_desktop.inference.opening import Opened
from her_desktop.inference.protocols import ModelError
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.models import (
    ProgressLine,
    bring_in_model,
    install_models,
    list_models,
    remove_models,
    verify_models,
)

Made = Callable[..., Models]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Server() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="server")
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(model: Model | None = None, settings: Settings | None = None) -> Models:
        models = Models(settings or Settings(), Paths.under(tmp_path / "data"))
        models.__dict__["known"] = {"toy": model or toy()}
        return models

    return make


def test_a_model_is_installed_verified_and_removed(
    made: Made, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models = made(replace(toy(), keeps_prefix=False))
    assert install_models(models, ["toy"], None) == 0
    printed, errors = capsys.readouterr()
    lines = printed.splitlines()
    assert lines[0] == "toy: Toy, 200 kB, licence MIT"
    assert "slower to answer" in lines[1]
    assert lines[-1] == "toy: done"
    assert "\r" not in printed
    assert errors == ""
    assert verify_models(models, ["toy"]) == 0
    assert remove_models(models, ["toy"]) == 0
    assert models.locate(models.known["toy"]) is None
    assert server.asked[0][0].startswith("/someone/toy/resolve/")


@pytest.mark.parametrize("fault", [status(404), status(403)])
def test_a_failure_is_one_line_on_stderr(
    made: Made, server: Server, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    server.faults.append(fault)
    assert install_models(made(), ["toy"], None) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("toy: ")
    assert errors.count("\n") == 1


def test_an_interrupt_keeps_what_came(
    made: Made,
    server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(_line: ProgressLine, progress: Progress) -> None:
        if progress.state is State.DOWNLOADING and progress.done:
            raise KeyboardInterrupt

    models = made()
    with monkeypatch.context() as interrupted:
        interrupted.setattr(ProgressLine, "tell", interrupt)
        partial = models.paths.models_dir / "llm" / "toy"
        partial.mkdir(parents=True)
        (partial / f"model.bin.{toy().files[0].sha256[:12]}.part").write_bytes(CONTENT[:1000])
        assert install_models(models, ["toy"], None) == 130
    assert "goes on from here" in capsys.readouterr().err
    assert install_models(models, ["toy"], None) == 0
    assert server.ranges[-1] == "bytes=1000-"


def test_a_model_is_installed_from_a_folder(made: Made, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(CONTENT)
    models = made(replace(toy(), source=None))
    assert install_models(models, ["toy"], tmp_path) == 0
    assert models.locate(models.known["toy"]) is not None


def test_what_was_compared_with_the_catalogue_needs_no_trial(made: Made, server: Server) -> None:
    models = made()
    assert install_models(models, ["toy"], None) == 0
    _, files = models.files("toy")
    assert Opened(models.paths.opened_dir).knows(files)


@pytest.mark.models
def test_a_model_of_the_users_own_is_taken_in_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths.under(tmp_path / "data")
    assert bring_in_model(Models(Settings(), paths), starter("smollm2-135m-instruct")[0]) == 0
    own = "own-smollm2-135m-instruct.q4-1"
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{own}: ")
    models = Models(Settings(), paths)
    assert list_models(models, as_json=True) == 0
    listed = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    assert (listed[own]["own"], listed[own]["downloadable"]) == (True, False)
    assert verify_models(models, [own]) == 0
    assert remove_models(models, [own]) == 0
    assert own not in Models(Settings(), paths).known


def test_what_is_no_model_is_not_taken_in(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf()[:-1])
    with pytest.raises(ModelError, match="incomplete"):
        bring_in_model(made(), path)


def test_what_comes_as_a_package_is_not_downloaded(made: Made) -> None:
    with pytest.raises(ModelError, match="package"):
        install_models(made(replace(toy(), source=None)), ["toy"], None)


def test_an_unknown_model_is_named(made: Made) -> None:
    with pytest.raises(ModelError, match="No model is named no"):
        install_models(made(), ["no"], None)
    with pytest.raises(ModelError, match="No model is named no"):
        remove_models(made(), ["no"])


def test_what_is_in_use_is_not_removed(
    made: Made, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models = made(settings=Settings(llm_model="toy"))
    assert install_models(models, ["toy"], None) == 0
    assert remove_models(models, ["toy"]) == 1
    assert "choose another" in capsys.readouterr().err
    assert models.locate(models.known["toy"]) is not None
    assert len(server.asked) == 1


def test_the_list_says_what_a_chooser_needs(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    model = replace(toy(), memory=5, fits=("cpu",), non_commercial=True)
    list_models(made(model), as_json=True)
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["downloadable"], listed["non_commercial"], listed["memory"]) == (True, True, 5)
    assert "commercial" in listed["remarks"][0]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_that_changes() -> None:
    terminal = Terminal()
    line = ProgressLine("toy", terminal)
    line.tell(Progress(State.DOWNLOADING, 50_000_000, 200_000_000, 2_000_000.0, 75.0))
    line.tell(Progress(State.WAITING, 50_000_000, 200_000_000, message="It is busy."))
    line.tell(Progress(State.DONE, 200_000_000, 200_000_000))
    shown = terminal.getvalue().replace("\r\x1b[2K", "|")
    assert shown == "|toy: 25 %, 50 MB, 2 MB/s, 1 min left|toy: It is busy.|toy: done\n"


def test_a_file_gets_a_line_at_every_tenth() -> None:
    plain = io.StringIO()
    line = ProgressLine("toy", plain)
    for done in range(101):
        line.tell(Progress(State.DOWNLOADING, done, 100, 10.0, 1.0))
    line.tell(Progress(State.DONE, 100, 100))
    assert len(plain.getvalue().splitlines()) == 12
