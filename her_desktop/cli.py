"""The command line: what a user, a script or a desktop shortcut can ask for.

Rule: reads arguments, does nothing itself. Exit codes: 0 done, 1 failed with one line on stderr
that says what and what to do, 2 wrong usage. No traceback reaches a user.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from her_desktop import __version__
from her_desktop.paths import Paths
from her_desktop.settings import load_settings

if TYPE_CHECKING:
    from her_desktop.models import Models

CONTROL_COMMANDS = (
    "talk-press",
    "talk-release",
    "listen-hold",
    "listen-always",
    "listen-wake",
    "mute",
    "unmute",
    "say",
    "stop",
    "show",
    "hide",
    "status",
    "quit",
)

_DICTATION = "dictation"
_BENCH_KINDS = (
    "clear",
    "short",
    "long",
    "hesitant",
    "recorded",
    "instant",
    "interruption",
    "backchannel",
    "cough",
    "echo",
    _DICTATION,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    from her_desktop.inference.confinement import run_as_child

    given = sys.argv[1:] if arguments is None else arguments
    if (code := run_as_child(given)) is not None:
        return code
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "control" and (chosen.do == "say") != bool(chosen.text):
        parser.error("control: `say` needs a text, and the other commands take none")
    if chosen.command == "ask" and chosen.text is not None and not chosen.text.strip():
        parser.error("ask: the text is empty")
    if chosen.command == "models" and chosen.do == "install" and not (chosen.ids or chosen.source):
        parser.error("models install: name a model, or bring your own with --from")
    paths = Paths.standard() if chosen.data_dir is None else Paths.under(chosen.data_dir)
    try:
        code = _run(chosen, paths)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The interpreter would find out once more as it ends, and say so at length.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _failed(error)
    return code


def _run(chosen: argparse.Namespace, paths: Paths) -> int:
    if chosen.command == "control":
        # Kept light: a desktop shortcut runs this at every press of a key.
        return _control(paths, chosen.do, " ".join(chosen.text))
    from her_desktop.process import prepare_process

    prepare_process(paths)
    if chosen.command is None:
        from her_desktop import app

        return app.run_window(
            paths,
            listen=chosen.listen,
            hidden=chosen.hidden,
            record=chosen.record,
            with_text=chosen.record_text,
        )
    if chosen.command == "devices":
        from her_desktop.tools.sound_devices import print_devices

        return print_devices(as_json=chosen.json)
    settings, problem = load_settings(paths.settings_file)
    if problem:
        print(problem, file=sys.stderr)
    from her_desktop.models import Models

    models = Models(settings, paths)
    match chosen.command:
        case "ask":
            from her_desktop.tools.ask import Question, ask

            question = Question(chosen.wav, chosen.text)
            return ask(models, question, chosen.out, as_json=chosen.json)
        case "bench":
            from her_desktop.tools.children import ended_by_signals

            with ended_by_signals():
                return _bench(models, chosen)
        case "doctor":
            from her_desktop.tools.doctor import doctor

            return doctor(
                models, as_json=chosen.json, lines=chosen.lines, beside=chosen.beside_window
            )
        case _:
            return _models(models, chosen)


def _models(models: Models, chosen: argparse.Namespace) -> int:
    from her_desktop.tools import models as tool

    match chosen.do:
        case "list":
            return tool.list_models(models, as_json=chosen.json)
        case "verify":
            return tool.verify_models(models, chosen.ids)
        case "install":
            if not chosen.ids and chosen.source is not None:
                return tool.bring_in_model(models, chosen.source)
            return tool.install_models(models, chosen.ids, chosen.source)
        case _:
            return tool.remove_models(models, chosen.ids)


def _bench(models: Models, chosen: argparse.Namespace) -> int:
    from her_desktop.tools.bench import Wanted, bench, compare
    from her_desktop.tools.bench_script import BOTH, Mode
    from her_desktop.tools.bench_speech import Kind

    if chosen.compare:
        return compare(models)
    if chosen.synthetic is not None:
        from her_desktop.tools import synthetic

        names = tuple(chosen.synthetic) or synthetic.EVERYTHING
        sizes = synthetic.Wanted(names, tuple(chosen.on), chosen.keep, as_json=chosen.json)
        return synthetic.bench_synthetic(sizes, models.threads, models.load_voice)
    modes = BOTH if chosen.mode == "both" else (Mode(chosen.mode),)
    words = chosen.kinds or [*Kind, _DICTATION]
    wanted = Wanted(
        modes=modes,
        kinds=tuple(kind for kind in Kind if kind in words),
        dictation=_DICTATION in words,
        turns=chosen.turns,
        quick=chosen.quick,
        speech=chosen.speech,
        in_process=chosen.in_process,
        keep=chosen.keep,
        html=chosen.html,
        as_json=chosen.json,
    )
    return bench(models, wanted)


def _control(paths: Paths, command: str, text: str) -> int:
    from her_desktop.ui.control import ControlError, send_command, socket_name

    try:
        reply = send_command(socket_name(paths.data_dir), [command, text])
    except ControlError as error:
        print(error, file=sys.stderr)
        return 1
    if not reply.pop("ok", False):
        print(reply.get("error", "The window gave no answer."), file=sys.stderr)
        return 1
    if reply:
        print(json.dumps(reply, ensure_ascii=False, indent=2))
    return 0


def _failed(error: Exception) -> int:
    """Say in one line what went wrong; what nobody foresaw goes to the log as a trace."""
    from her_desktop.audio.devices import SoundError
    from her_desktop.engine.work_failures import log_fault
    from her_desktop.inference.protocols import ModelError

    if isinstance(error, ModelError | SoundError):
        print(error, file=sys.stderr)
    elif isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        print(f"{error.strerror or 'A file could not be used'}{where}.", file=sys.stderr)
    else:
        log_fault("unforeseen", error)
        print(
            f"Something went wrong inside ({type(error).__name__}); the log has the details.",
            file=sys.stderr,
        )
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="her-desktop",
        description="A desktop voice assistant that runs entirely on your machine. "
        "Without a command it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"her-desktop {__version__}")
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="keep settings, models, history and logs under DIR",
    )
    parser.add_argument(
        "--listen",
        choices=["hold", "always", "wake"],
        help="how the window listens (default: as it did last)",
    )
    parser.add_argument(
        "--hidden", action="store_true", help="start in the tray, minimised where there is none"
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="write every event of the window to FILE as JSON lines, without what was said",
    )
    parser.add_argument(
        "--record-text", action="store_true", help="with --record, also write what was said"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    ask = commands.add_parser("ask", help="one turn without a window")
    source = ask.add_mutually_exclusive_group(required=True)
    source.add_argument("wav", nargs="?", type=Path, metavar="WAV", help="a recorded question")
    source.add_argument("--text", help="a written question")
    ask.add_argument("--out", type=Path, metavar="WAV", help="write the spoken answer there")
    ask.add_argument("--json", action="store_true", help="print text and timings as JSON")

    _add_bench(commands.add_parser("bench", help="honest latency on this machine"))

    doctor = commands.add_parser("doctor", help="exercise every stage and device for real")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.add_argument(
        "--lines", action="store_true", help="print each finding as a line of JSON, once found"
    )
    doctor.add_argument(
        "--beside-window",
        action="store_true",
        help="leave models and devices to the window that runs",
    )

    devices = commands.add_parser("devices", help="the microphones and loudspeakers there are now")
    devices.add_argument("--json", action="store_true", help="print them as JSON")

    models = commands.add_parser("models", help="the models that are here")
    what = models.add_subparsers(dest="do", metavar="WHAT", required=True)
    listing = what.add_parser("list", help="every model known, and where it lies")
    listing.add_argument("--json", action="store_true", help="print the list as JSON")
    verify = what.add_parser("verify", help="compare the files with the catalogue's checksums")
    verify.add_argument("ids", nargs="*", metavar="MODEL", help="default: all that are installed")
    install = what.add_parser("install", help="download models, or take them from a folder")
    install.add_argument("ids", nargs="*", metavar="MODEL", help="as `models list` names it")
    install.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PATH",
        help="take the files out of the folder PATH and reach for no network; without MODEL, "
        "PATH is a model of your own (GGUF file, CTranslate2 folder, Piper voice)",
    )
    remove = what.add_parser("remove", help="remove downloaded models")
    remove.add_argument("ids", nargs="+", metavar="MODEL", help="as `models list` names it")

    control = commands.add_parser(
        "control",
        help="drive the running window",
        description="Drive the running window. `say TEXT` says TEXT to the assistant as if you "
        "had typed it; `status` prints JSON.",
    )
    control.add_argument("do", choices=CONTROL_COMMANDS, metavar="CMD", help="what to do")
    control.add_argument("text", nargs="*", help="the text of `say`")
    return parser


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument(
        "--mode",
        choices=["both", "push-to-talk", "hands-free", "open-speakers"],
        default="both",
        help="how the user talks (default: the first two, one after the other); with open-speakers "
        "hands-free, over answers that the microphone hears",
    )
    bench.add_argument(
        "--turns", type=int, help="clear questions a mode (default: 20, with --quick 4)"
    )
    bench.add_argument(
        "--kinds",
        nargs="+",
        choices=_BENCH_KINDS,
        metavar="KIND",
        help=f"measure these alone: {', '.join(_BENCH_KINDS)}",
    )
    bench.add_argument("--quick", action="store_true", help="one of each other kind of utterance")
    bench.add_argument(
        "--speech",
        type=Path,
        metavar="DIR",
        help="also say the WAV files of DIR, which end with their last word; their texts may "
        "stand in .txt files beside them",
    )
    bench.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="where recordings, events (with text) and the report stay (default: the data folder)",
    )
    bench.add_argument(
        "--in-process",
        action="store_true",
        help="simulate the sound devices in the program (also where there is no PulseAudio)",
    )
    bench.add_argument("--json", action="store_true", help="print the figures as JSON")
    bench.add_argument("--html", type=Path, metavar="FILE", help="also write a page with plots")
    bench.add_argument(
        "--synthetic",
        nargs="*",
        metavar="SHAPE",
        help="instead measure models of random weights in the shapes of large ones: "
        "large-v3-turbo, large-v3, qwen3-4b, llama-3.1-8b, turn (default: all, the whole turn only "
        "on a GPU; they are written to --keep or the temporary folder, and removed)",
    )
    bench.add_argument(
        "--on",
        nargs="+",
        choices=["GPU", "processor"],
        default=["GPU", "processor"],
        help="with --synthetic: where they are to run",
    )
    bench.add_argument(
        "--compare",
        action="store_true",
        help="run nothing; say what got worse or better in the last run",
    )
