"""The application as a process: its policy, its window, and who is stopped last.

Rule: side effects on the whole process (thread switch interval, garbage collection, exception
hooks, logging) happen here and nowhere else. Qt is imported only where a window is wanted.
"""

from __future__ import annotations

import gc
import logging
import logging.handlers
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from her_desktop.conversation.events import (
    Event,
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    Noticed,
    StopRequested,
    TalkPressed,
    TalkReleased,
    TextSubmitted,
)
from her_desktop.habits import HabitKeeper
from her_desktop.hotkeys.talk_key import Reach, TalkKey, TalkKeyState
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.metrics.recorder import Recorder
from her_desktop.metrics.status import StatusFold
from her_desktop.paths import Paths
from her_desktop.settings import Settings, load_settings, save_settings

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from her_desktop.engine.engine import Watcher
    from her_desktop.ui.control import Callback
    from her_desktop.ui.window import MainWindow

_log = logging.getLogger(__name__)

_TIME_TO_STOP = 2.0
"""Seconds the threads get to end after the window has closed."""

_QUIET_LIBRARIES = ("piper", "faster_whisper", "llama_cpp", "huggingface_hub", "httpx", "httpx2")


def prepare_process(paths: Paths) -> None:
    """Set what holds for the whole process: logging, fairness between threads, no network."""
    # A pure-Python loop in one thread would make the others wait 5 ms a hop.
    sys.setswitchinterval(0.001)
    # llama.cpp and CTranslate2 meet their threads some hundred times a token. Where several models
    # share the cores, OpenMP's default of spinning for milliseconds there costs up to ten times
    # the speed. libgomp reads this once, as it is loaded; a user's own choice stands.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    # Models are opened by path; nothing may go looking for them elsewhere.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        paths.log_dir.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            paths.log_file, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        root.addHandler(logging.NullHandler())
    else:
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
        root.addHandler(file)
    # Libraries quote what they were given; what they were given is what the user said.
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def log_unforeseen_errors(tell: Callable[[str], None]) -> None:
    """Send errors that nobody caught, on any thread, to the log and to the user, in words.

    The error's own words stay out of both: a library may quote the user in them.
    """

    def note(kind: type[BaseException], trace: TracebackType | None) -> None:
        lines = "".join(traceback.format_tb(trace))
        _log.error("unforeseen %s\n%s", kind.__name__, lines)
        tell("Something went wrong inside; the log has the details. Please try again.")

    def on_main(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        note(kind, trace)

    sys.excepthook = on_main
    threading.excepthook = lambda failed: note(failed.exc_type, failed.exc_traceback)


def run_window(
    paths: Paths, *, listen: str | None, hidden: bool, record: Path | None, with_text: bool = False
) -> int:
    """Open the window, or show the one that is already open, and stay until it is closed.

    `listen` is a word of `ListenMode`, None for the mode that was used last. `record` names a file
    that gets every event as a line of JSON; what was said is in it only `with_text`.
    """
    from PySide6.QtWidgets import QApplication

    from her_desktop.ui.control import ControlError, SingleInstance, send_command, socket_name

    name = socket_name(paths.data_dir)
    instance = SingleInstance(paths.lock_file)
    try:
        if not instance.acquire():
            send_command(name, ["show"])
            return 0
    except ControlError as error:
        print(error, file=sys.stderr)
        return 1
    application = QApplication(sys.argv[:1])
    application.setApplicationName("her-desktop")
    application.setApplicationDisplayName("her")
    application.setDesktopFileName("her-desktop")
    # A window behind its tray icon is no reason to end.
    application.setQuitOnLastWindowClosed(False)
    settings, problem = load_settings(paths.settings_file)
    recorder = None if record is None else Recorder(record, with_text=with_text)
    window = _Window(application, paths, settings, listen or settings.listen_mode, recorder)
    try:
        code = window.run(name, hidden=hidden, problem=problem)
    finally:
        instance.release()
    if not window.all_stopped:
        # A library is stuck in a call that cannot be taken back (a model being read, a sound
        # system that hangs). Everything the user made is saved; the process must not linger.
        logging.shutdown()
        os._exit(code)
    return code


class _Window:
    """Owns the window, the engine behind it, and the order in which they begin and end."""

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        settings: Settings,
        listen: str,
        recorder: Recorder | None,
    ) -> None:
        from her_desktop.ui.bridge import Bridge
        from her_desktop.ui.heartbeat import Heartbeat
        from her_desktop.ui.translation import install_translation
        from her_desktop.ui.tray import Tray
        from her_desktop.ui.window import MainWindow
        from her_desktop.wiring import Models, listening_engine

        install_translation(application, settings.interface_language)
        self._application = application
        self._paths = paths
        self._bridge = Bridge()
        self._recorder = recorder
        watchers: list[Watcher] = [self._bridge.publish]
        if self._recorder:
            watchers.append(self._recorder)
        self._meter = LoadMeter()
        self._engine = listening_engine(Models(settings, paths), watchers, self._meter.sample)
        self._window: MainWindow = MainWindow(self._engine.send, settings, self._save)
        self._listen = listen
        self._status = StatusFold(listen)
        self._habit = HabitKeeper(paths.habit_file)
        self._bridge.happened.connect(self._status.handle)
        self._bridge.happened.connect(self._habit.handle)
        self._bridge.happened.connect(self._window.handle)
        self._tray = Tray(
            self._engine.send,
            self._window,
            self._window.conversation.last_reply,
            settings.tray_colors,
        )
        self._bridge.happened.connect(self._tray.handle)
        self._talk_key = TalkKey(self._engine.send, self._on_talk_key)
        self._key_problem = settings.talk_key_problem
        self._key = (settings.talk_key, settings.talk_key_toggles)
        self._heartbeat = Heartbeat(self._engine.send, self._window)
        self.all_stopped = True

    def run(self, socket: str, *, hidden: bool, problem: str) -> int:
        """Show the window, then start the engine; return once everything has ended."""
        from PySide6.QtCore import QTimer

        from her_desktop.ui.control import ControlError, ControlServer

        log_unforeseen_errors(self._tell)
        self._window.closed.connect(self._application.quit)
        self._window.stays_when_closed = lambda: self._tray.is_there
        self._window.put_away.connect(lambda: self._window.explain_tray(self._tray.notify))
        self._tray.show_wanted.connect(self._window.show_and_raise)
        self._tray.hide_wanted.connect(self._hide)
        self._tray.quit_wanted.connect(self._window.end)
        self._tray.vanished.connect(self._show_what_was_hidden)
        for number in (signal.SIGINT, signal.SIGTERM):
            # Python runs this between two of Qt's events; the heartbeat sees to it that some come.
            signal.signal(number, lambda *_: self._window.end())
        self._application.commitDataRequest.connect(lambda _: self._window.end())
        if hidden:
            self._hide()
        else:
            self._window.show()
        server = None
        try:
            server = ControlServer(socket, self._callbacks(), self._window)
        except ControlError as error:
            problem = problem or str(error)
        # The first event of the loop: the window has been painted before any model is read.
        QTimer.singleShot(0, self._start)
        if problem:
            self._tell(problem)
        collector = _collect_garbage_on_this_thread(self._window)
        code = self._application.exec()
        collector.stop()
        self._heartbeat.stop()
        self._tray.close()
        key_is_free = self._talk_key.stop()
        self._window.keep(talk_key_problem=self._key_problem)
        if server is not None:
            server.close()
        self._window.hide()
        self.all_stopped = self._engine.stop(_TIME_TO_STOP) and key_is_free
        self._bridge.close()
        self._habit.save()
        self._meter.close()
        if self._recorder:
            self._recorder.close()
        # Native libraries count what is left at the end, and complain of what was set aside.
        gc.unfreeze()
        gc.enable()
        gc.collect()
        return code

    def _start(self) -> None:
        self._engine.start()
        self._engine.send(ListenModeRequested(at=time.monotonic(), mode=ListenMode(self._listen)))
        self._heartbeat.start()
        key, toggles = self._key
        self._talk_key.start(key, toggles=toggles)

    def _on_talk_key(self, state: TalkKeyState) -> None:
        """Say once where the user's key cannot work; called on the thread `hotkeys`."""
        _log.info("talk key: %s %s", state.reach.value, state.sentence)
        if state.reach is Reach.UNAVAILABLE and state.sentence != self._key_problem:
            self._tell(state.sentence)
        if state.reach in (Reach.UNAVAILABLE, Reach.WAITING):
            self._key_problem = state.sentence

    def _hide(self) -> None:
        if self._tray.is_there:
            self._window.hide()
        else:
            # Without a tray icon a window that cannot be seen could never be found again.
            self._window.showMinimized()

    def _show_what_was_hidden(self) -> None:
        if not self._window.isVisible():
            self._window.showMinimized()

    def _tell(self, message: str) -> None:
        self._bridge.publish(Noticed(at=time.monotonic(), message=message))

    def _save(self, settings: Settings) -> None:
        try:
            save_settings(settings, self._paths.settings_file)
        except OSError as error:
            self._tell(
                f"The settings could not be saved ({error.strerror}); "
                f"make {self._paths.config_dir} writable."
            )

    def _callbacks(self) -> dict[str, Callback]:
        from PySide6.QtCore import QTimer

        def sends(make: Callable[[float, str], Event]) -> Callback:
            def carry_out(words: str) -> dict[str, object]:
                self._engine.send(make(time.monotonic(), words))
                return {}

            return carry_out

        def does(act: Callable[[], object]) -> Callback:
            def carry_out(words: str) -> dict[str, object]:
                act()
                return {}

            return carry_out

        return {
            "talk-press": sends(lambda at, _: TalkPressed(at=at)),
            "talk-release": sends(lambda at, _: TalkReleased(at=at)),
            "listen-hold": sends(lambda at, _: ListenModeRequested(at=at, mode=ListenMode.HOLD)),
            "listen-always": sends(
                lambda at, _: ListenModeRequested(at=at, mode=ListenMode.ALWAYS)
            ),
            "mute": sends(lambda at, _: MuteRequested(at=at, muted=True)),
            "unmute": sends(lambda at, _: MuteRequested(at=at, muted=False)),
            "say": sends(lambda at, words: TextSubmitted(at=at, text=words)),
            "stop": sends(lambda at, _: StopRequested(at=at)),
            "show": does(self._window.show_and_raise),
            "hide": does(self._hide),
            "status": lambda _: self._status.as_dict(),
            # Only after the reply has been written.
            "quit": does(lambda: QTimer.singleShot(0, self._window.end)),
        }


def _collect_garbage_on_this_thread(window: MainWindow) -> QTimer:
    """Let Python's cyclic collector run on the GUI thread alone, in small steps.

    Elsewhere it would destroy Qt's objects on whichever thread happens to collect. What is alive
    when the window stands is set aside, so that a whole collection stays far below a frame.
    """
    from PySide6.QtCore import QTimer

    gc.disable()
    gc.collect()
    gc.freeze()
    timer = QTimer(window)
    timer.setInterval(1000)
    count = 0

    def collect() -> None:
        nonlocal count
        count += 1
        gc.collect(2 if count % 60 == 0 else 1 if count % 10 == 0 else 0)

    timer.timeout.connect(collect)
    timer.start()
    return timer
