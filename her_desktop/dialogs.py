"""The windows beside the window: the first steps, and what the settings show of other parts.

Rule: puts them together; each is made when it is first wanted. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from her_desktop.conversation.events import Event
from her_desktop.desktop.guest import Guest
from her_desktop.desktop.report import Report
from her_desktop.desktop.shipped import main_versions, model_pieces, pieces
from her_desktop.live_settings import LiveSettings
from her_desktop.model_care import ModelCare
from her_desktop.paths import Paths
from her_desktop.settings import Settings

if TYPE_CHECKING:
    from her_desktop.ui.about import AboutPage
    from her_desktop.ui.window import MainWindow


class Dialogs:
    """Owns the guide through the first steps and the report; told every event."""

    def __init__(
        self,
        window: MainWindow,
        paths: Paths,
        live: LiveSettings,
        care: ModelCare,
        guest: Guest,
        send: Callable[[Event], None],
        tell: Callable[[str], None],
        command: tuple[str, ...],
    ) -> None:
        """Make what has to know all events from the start; `command` starts this program."""
        from her_desktop.ui.wizard.guide import Around, Guide

        self._paths = paths
        self._care = care
        self._guest = guest
        self._tell = tell
        self._live = live
        self.report = Report(paths, live.settings.listen_mode)
        library = care.library
        self.guide = Guide(
            Around(
                send=send,
                current=lambda: live.settings,
                apply=live.apply,
                machine=care.machine,
                known_models=library.known,
                is_here=lambda model: library.place(model) is not None,
                download=library.download,
                tell=tell,
                list_devices=(*command, "devices", "--json"),
                can_start_at_login=guest.can_start_at_login,
            ),
            window,
        )
        live.follow(self._on_settings)

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        self.report.handle(event)
        self.guide.handle(event)

    def about_page(self) -> AboutPage:
        """Make the page About."""
        from her_desktop.ui.about import About, AboutPage

        library = self._care.library
        guest = self._guest
        return AboutPage(
            About(
                versions=main_versions,
                models=lambda: model_pieces(library.known().values(), library.place),
                pieces=pieces,
                report=self.report.text,
                log_dir=self._paths.log_dir,
                is_in_menu=(lambda: guest.is_in_menu) if guest.has_menu else None,
                be_in_menu=lambda wanted: guest.be_in_menu(wanted=wanted),
                open_first_steps=self.guide.open,
            )
        )

    def close(self) -> None:
        """Take everything away."""
        self.guide.close()

    def _on_settings(self, old: Settings, new: Settings) -> None:
        """Start at login or not, and say where the system refused."""
        if old.start_at_login != new.start_at_login:
            problem = self._guest.start_at_login(wanted=new.start_at_login)
            if problem:
                self._tell(problem)
                self._live.apply(
                    self._live.settings.changed(start_at_login=self._guest.starts_at_login)
                )
        self.guide.refresh()
