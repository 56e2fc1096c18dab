"""Where things are kept: settings, models, logs and the history of benches.

Rule: this module only names places; whoever writes there makes the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Paths:
    """Every folder and file of one user's installation."""

    config_dir: Path
    data_dir: Path
    log_dir: Path

    @classmethod
    def standard(cls) -> Paths:
        """Return the places the platform gives to an application of this name."""
        dirs = PlatformDirs("her-desktop", appauthor=False)
        return cls(Path(dirs.user_config_path), Path(dirs.user_data_path), Path(dirs.user_log_path))

    @classmethod
    def under(cls, folder: Path) -> Paths:
        """Return the same places under one folder (`--data-dir`)."""
        folder = folder.expanduser().resolve()
        return cls(folder, folder, folder / "logs")

    @property
    def settings_file(self) -> Path:
        """The one settings file."""
        return self.config_dir / "settings.json"

    @property
    def habit_file(self) -> Path:
        """What was learned of the user's pauses."""
        return self.data_dir / "pauses.json"

    @property
    def device_trials_file(self) -> Path:
        """Which device was found to be the quicker one, measured on this machine."""
        return self.data_dir / "device_trials.json"

    @property
    def gpu_abort_file(self) -> Path:
        """What llama.cpp said before a GPU made it end the program, until it is read."""
        return self.data_dir / "gpu_abort.txt"

    @property
    def instant_replies_file(self) -> Path:
        """The user's own instant replies, in place of those that come with the program."""
        return self.data_dir / "instant_replies.json"

    @property
    def prepared_dir(self) -> Path:
        """The instant replies as sound, made once for each voice."""
        return self.data_dir / "prepared"

    @property
    def history_dir(self) -> Path:
        """What was said, where the user wants it kept: a file for each day."""
        return self.data_dir / "history"

    @property
    def models_dir(self) -> Path:
        """Where models that the user brought are kept."""
        return self.data_dir / "models"

    @property
    def opened_dir(self) -> Path:
        """Notes on the models that were opened before without harm."""
        return self.data_dir / "opened"

    @property
    def speeds_file(self) -> Path:
        """How fast each model was on this machine."""
        return self.data_dir / "speeds.json"

    @property
    def log_file(self) -> Path:
        """The log of this and earlier sessions; it holds no speech."""
        return self.log_dir / "her-desktop.log"

    @property
    def lock_file(self) -> Path:
        """Held by the one window that runs on this data."""
        return self.data_dir / "window.lock"


def assets_dir() -> Path:
    """Return the folder of icons, sounds, prompts and translations.

    Beside the package in a checkout, inside it where it was installed as a wheel.
    """
    inside = _PACKAGE / "assets"
    return inside if inside.is_dir() else _PACKAGE.parent / "assets"


def menu_entry_template() -> Path:
    """Return the entry for Linux desktops' menus, without the path of any installation.

    It lies in the checkout's `packaging/`; a frozen program has it among its assets.
    """
    inside = assets_dir() / "her-desktop.desktop"
    return inside if inside.is_file() else _PACKAGE.parent / "packaging" / "her-desktop.desktop"


def shipped_models_dir() -> Path:
    """Return the checkout's `models/` folder, where weights may also lie."""
    return _PACKAGE.parent / "models"
