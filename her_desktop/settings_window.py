"""The settings dialog, put together from the parts that its pages show.

Rule: hands over what others own and keeps nothing. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from her_desktop.catalogue import Kind
from her_desktop.conversation_log import ConversationLog
from her_desktop.live_settings import LiveSettings
from her_desktop.models import Models
from her_desktop.paths import Paths

if TYPE_CHECKING:
    from her_desktop.model_care import ModelCare
    from her_desktop.ui.models.page import ModelsPage
    from her_desktop.ui.settings.opening import SettingsDoor
    from her_desktop.ui.settings.surroundings import PageMaker
    from her_desktop.ui.talk import Send
    from her_desktop.ui.window import MainWindow


def settings_door(
    window: MainWindow,
    live: LiveSettings,
    said: ConversationLog,
    paths: Paths,
    send: Send,
    command: tuple[str, ...],
    *,
    care: ModelCare | None = None,
    about_page: PageMaker | None = None,
    open_first_steps: Callable[[], None] | None = None,
    open_diagnostics: Callable[[], None] | None = None,
) -> SettingsDoor:
    """Return what opens the settings; its caller tells it every event.

    `command` starts this program on the same data. Without `care` the models are a plain choice
    among those installed; what cannot be opened is not offered.
    """
    from her_desktop.ui.settings.opening import SettingsDoor
    from her_desktop.ui.settings.surroundings import Surroundings

    def installed() -> dict[str, list[tuple[str, str]]]:
        models = Models(live.settings, paths)
        here = [model for model in models.known.values() if models.locate(model) is not None]
        return {
            kind.value: [(model.id, model.name) for model in here if model.kind is kind]
            for kind in (Kind.STT, Kind.LLM, Kind.TTS)
        }

    def delete_history() -> str:
        if said.delete_all():
            return ""
        return (
            f"Some of what was kept could not be deleted. Delete the folder {paths.history_dir} "
            "by hand."
        )

    def models_page() -> ModelsPage:
        from her_desktop.ui.models.page import ModelsPage, Workshop

        assert care is not None
        page = ModelsPage(
            Workshop(
                library=care.library,
                trials=care.trials,
                current=lambda: live.settings,
                apply=live.apply,
                machine=care.machine,
                speed=care.speeds.speed,
                persona=care.persona,
                send=send,
            )
        )
        door.latest.happened.connect(page.handle)
        return page

    door = SettingsDoor(
        Surroundings(
            send=send,
            current=lambda: live.settings,
            apply=live.apply,
            paths=paths,
            installed_models=installed,
            models_page=models_page if care is not None else None,
            about_page=about_page,
            delete_history=delete_history,
            open_first_steps=open_first_steps,
            open_diagnostics=open_diagnostics,
            list_devices=(*command, "devices", "--json"),
        ),
        window,
    )
    live.follow(door.follow)
    window.settings_wanted.connect(lambda: door.open())
    return door
