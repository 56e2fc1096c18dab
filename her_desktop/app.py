"""The application: its window, the engine behind it, and who is stopped last.

Rule: side effects on the whole process happen here and in `process`, and nowhere else. Qt is
imported only where a window is wanted.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from her_desktop.conversation.events import (
    ListenMode,
    ListenModeRequested,
    Noticed,
    TalkKeyChanged,
)
from her_desktop.conversation_log import ConversationLog
from her_desktop.desktop.command import own_command
from her_desktop.desktop.crashes import CrashNotes, FaultLog
from her_desktop.desktop.guest import Guest
from her_desktop.habits import HabitKeeper
from her_desktop.hotkeys.talk_key import Reach, TalkKey, TalkKeyState
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.metrics.recorder import Recorder
from her_desktop.metrics.status import StatusFold
from her_desktop.outside import answers
from her_desktop.paths import Paths
from her_desktop.process import log_unforeseen_errors
from her_desktop.settings import Settings, load_settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from her_desktop.engine.engine import Watcher
    from her_desktop.ui.window import MainWindow

_log = logging.getLogger(__name__)

_TIME_TO_STOP = 2.0
"""Seconds the threads get to end after the window has closed."""


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
    instance = SingleInstance(paths.lock_file, spare=f"{name}.lock")
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
    is_first = not paths.settings_file.exists()
    settings, problem = load_settings(paths.settings_file)
    crashes = CrashNotes(paths.log_dir)
    problem = crashes.begin() or problem
    # A session that ends does not wait for us: what is not done by then is no crash.
    application.commitDataRequest.connect(lambda _: crashes.end())
    if instance.is_spare:
        problem = (
            f"The folder {paths.data_dir} cannot be written to, so nothing that you choose will be "
            "remembered. Make it writable, or choose another with --data-dir."
        )
    guest = Guest(paths)
    guest.arrive(is_first=is_first)
    recorder = None if record is None else Recorder(record, with_text=with_text)
    if guest.can_start_at_login:
        settings = settings.changed(start_at_login=guest.starts_at_login)
    window = _Window(application, paths, settings, listen or settings.listen_mode, recorder, guest)
    try:
        # Whoever cannot keep what is chosen would have to take the first steps at every start.
        welcome = is_first and not hidden and not instance.is_spare
        code = window.run(name, hidden=hidden, welcome=welcome, problem=problem)
        crashes.end()
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
        guest: Guest,
    ) -> None:
        from her_desktop.dialogs import Dialogs
        from her_desktop.live_settings import LiveSettings, set_off
        from her_desktop.model_care import ModelCare
        from her_desktop.models import Models
        from her_desktop.settings_window import settings_door
        from her_desktop.ui.bridge import Bridge
        from her_desktop.ui.diagnostics import diagnostics_of
        from her_desktop.ui.heartbeat import Heartbeat, pace_of
        from her_desktop.ui.hiding import Hiding
        from her_desktop.ui.orb_face import Face
        from her_desktop.ui.settings.sound import language_of_voice
        from her_desktop.ui.translation import install_translation
        from her_desktop.ui.tray import Tray
        from her_desktop.ui.window import MainWindow
        from her_desktop.wiring import listening_engine

        install_translation(application, settings.interface_language)
        self._application = application
        self._paths = paths
        self._bridge = Bridge()
        self._recorder = recorder
        watchers: list[Watcher] = [self._bridge.publish]
        if self._recorder:
            watchers.append(self._recorder)
        self._meter = LoadMeter()
        models = Models(settings, paths)
        self._engine = listening_engine(models, watchers, self._meter.sample)
        self._live = LiveSettings(
            settings,
            paths.settings_file,
            lambda old, new: set_off(
                self._engine, models.with_settings(old), models.with_settings(new)
            ),
            lambda model_id: Models(settings, paths).name(model_id),
            self._tell,
        )
        self._window: MainWindow = MainWindow(self._engine.send, settings, self._live.apply)
        self._said = ConversationLog(
            paths.history_dir,
            self._tell,
            keep=settings.keep_history,
            days=settings.history_days,
        )
        self._live.follow(self._on_settings)
        self._listen = listen
        self._status = StatusFold(listen)
        self._habit = HabitKeeper(paths.habit_file)
        self._care = ModelCare(
            paths, lambda: self._live.settings, self._bridge.publish, self._engine.send
        )
        self._bridge.happened.connect(self._care.speeds.handle)
        self._bridge.happened.connect(self._status.handle)
        self._bridge.happened.connect(self._habit.handle)
        self._bridge.happened.connect(self._live.handle)
        self._bridge.happened.connect(self._said.handle)
        self._bridge.happened.connect(self._window.handle)
        self._tray = Tray(
            self._engine.send,
            self._window,
            self._window.conversation.last_reply,
            settings.tray_colors,
        )
        self._bridge.happened.connect(self._tray.handle)
        self._hiding = Hiding(self._window, self._tray)
        own = own_command(paths)
        self._diagnostics = diagnostics_of(
            self._engine.send, own, lambda: language_of_voice(self._live.settings), self._window
        )
        self._bridge.happened.connect(self._diagnostics.handle)
        self._dialogs = Dialogs(
            self._window, paths, self._live, self._care, guest, self._engine.send, self._tell, own
        )
        self._bridge.happened.connect(self._dialogs.handle)
        self._settings = settings_door(
            self._window,
            self._live,
            self._said,
            paths,
            self._engine.send,
            own,
            care=self._care,
            about_page=self._dialogs.about_page,
            open_first_steps=self._dialogs.guide.open,
            open_diagnostics=self._diagnostics.examine,
        )
        self._bridge.happened.connect(self._settings.handle)
        self._talk_key = TalkKey(self._engine.send, self._on_talk_key)
        self._key_problem = settings.talk_key_problem
        pace = pace_of(
            self._window,
            lambda: self._window.face is Face.IDLE,
            lambda: self._window.orb.is_asleep,
        )
        self._heartbeat = Heartbeat(self._engine.send, self._window, pace=pace)
        self._is_started = False
        self.all_stopped = True

    def run(self, socket: str, *, hidden: bool, welcome: bool, problem: str) -> int:
        """Show the window, then start the engine; return once everything has ended."""
        from PySide6.QtCore import QTimer

        from her_desktop.ui.collecting import Collecting
        from her_desktop.ui.control import ControlError, ControlServer
        from her_desktop.ui.first_paint import FirstPaint

        log_unforeseen_errors(FaultLog(self._tell))
        self._window.closed.connect(self._application.quit)
        self._tray.settings_wanted.connect(self._settings.open)
        for number in (signal.SIGINT, signal.SIGTERM):
            # Python runs this between two of Qt's events; the heartbeat sees to it that some come.
            signal.signal(number, lambda *_: self._window.end())
        self._application.commitDataRequest.connect(lambda _: self._window.end())
        if hidden:
            self._hiding.hide()
        else:
            self._window.show()
        if welcome:
            self._dialogs.guide.open()
        server = None
        try:
            words = answers(
                self._engine.send,
                show=self._window.show_and_raise,
                hide=self._hiding.hide,
                # Only after the reply has been written.
                end=lambda: QTimer.singleShot(0, self._window.end),
                status=self._status.as_dict,
            )
            server = ControlServer(socket, words, self._window)
        except ControlError as error:
            problem = problem or str(error)
        # The window has been painted before any model is read.
        FirstPaint(self._window, self._start)
        if problem:
            self._tell(problem)
        collecting = Collecting(self._window)
        code = self._application.exec()
        collecting.stop()
        self._heartbeat.stop()
        self._dialogs.close()
        self._settings.close()
        self._diagnostics.examining.end()
        self._tray.close()
        key_is_free = self._talk_key.stop()
        self._window.keep(talk_key_problem=self._key_problem)
        if server is not None:
            server.close()
        self._window.hide()
        # Whoever closes the window before it was painted ends what has not begun.
        has_ended = not self._is_started or self._engine.stop(_TIME_TO_STOP)
        self.all_stopped = has_ended and key_is_free
        self.all_stopped = self._care.stop(_TIME_TO_STOP) and self.all_stopped
        self._bridge.close()
        self._habit.save()
        self._live.save()
        self._meter.close()
        if self._recorder:
            self._recorder.close()
        collecting.end()
        return code

    def _start(self) -> None:
        self._is_started = True
        self._engine.start()
        self._engine.send(ListenModeRequested(at=time.monotonic(), mode=ListenMode(self._listen)))
        self._heartbeat.start()
        settings = self._live.settings
        self._talk_key.start(settings.talk_key, toggles=settings.talk_key_toggles)

    def _on_talk_key(self, state: TalkKeyState) -> None:
        """Say once where the user's key cannot work; called on the thread `hotkeys`."""
        _log.info("talk key: %s %s", state.reach.value, state.sentence)
        self._bridge.publish(
            TalkKeyChanged(
                at=time.monotonic(), key=state.key, reach=state.reach, sentence=state.sentence
            )
        )
        if state.reach is Reach.UNAVAILABLE and state.sentence != self._key_problem:
            self._tell(state.sentence)
        if state.reach in (Reach.UNAVAILABLE, Reach.WAITING):
            self._key_problem = state.sentence

    def _tell(self, message: str) -> None:
        self._bridge.publish(Noticed(at=time.monotonic(), message=message))

    def _on_settings(self, old: Settings, new: Settings) -> None:
        """Take up what changed for the window, the talk key and what is kept of the talk."""
        from her_desktop.ui.translation import install_translation

        self._window.use(new)
        if old.tray_colors != new.tray_colors:
            self._tray.use_colors(new.tray_colors)
        if (old.keep_history, old.history_days) != (new.keep_history, new.history_days):
            self._said.use(keep=new.keep_history, days=new.history_days)
        if (old.talk_key, old.talk_key_toggles) != (new.talk_key, new.talk_key_toggles):
            self._talk_key.stop()
            self._talk_key.start(new.talk_key, toggles=new.talk_key_toggles)
        if old.interface_language != new.interface_language:
            install_translation(self._application, new.interface_language)
