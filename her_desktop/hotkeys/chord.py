"""The user's talk key as text and as parts: "ctrl+alt+space", "f9", "right_ctrl".

Rule: pure; the names are ours, and each system's own names for them stand here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

LINES_TO_BIND = ("her-desktop control talk-press", "her-desktop control talk-release")
"""What a desktop's own shortcut settings can run at the key's press and at its release."""

MODIFIERS = ("ctrl", "alt", "shift", "super")
"""What may be held together with a key, in the order in which it is written."""

_ALONE = ("pause", "scroll_lock", "menu", "right_ctrl", "right_alt", "insert")
_NAMED = ("space", "tab", *_ALONE)
_FUNCTION = tuple(f"f{number}" for number in range(1, 25))

_X11_NAMES = {
    "space": "space",
    "tab": "Tab",
    "pause": "Pause",
    "scroll_lock": "Scroll_Lock",
    "menu": "Menu",
    "right_ctrl": "Control_R",
    "right_alt": "Alt_R",
    "insert": "Insert",
}
_PORTAL_MODIFIERS = {"ctrl": "CTRL", "alt": "ALT", "shift": "SHIFT", "super": "LOGO"}
_PYNPUT_NAMES = {"right_ctrl": "ctrl_r", "right_alt": "alt_r"}


class NoChord(ValueError):
    """A text names no key that can be watched; the text is one plain sentence for the user."""


@dataclass(frozen=True)
class Chord:
    """One key and the modifiers held with it."""

    modifiers: tuple[str, ...]
    key: str

    def __str__(self) -> str:
        return "+".join((*self.modifiers, self.key))

    @property
    def keysym(self) -> str:
        """The key's name in the X Window System and in xkbcommon."""
        if self.key in _FUNCTION:
            return self.key.upper()
        return _X11_NAMES.get(self.key, self.key)

    @property
    def portal_trigger(self) -> str:
        """The whole as the desktop portal's shortcuts specification writes it."""
        return "+".join((*(_PORTAL_MODIFIERS[name] for name in self.modifiers), self.keysym))

    @property
    def pynput_name(self) -> str:
        """The key's name among pynput's; a letter or digit is its own."""
        return _PYNPUT_NAMES.get(self.key, self.key)


def read_chord(text: str) -> Chord:
    """Read "ctrl+alt+space" in any case and order of modifiers.

    Raises NoChord where there is no such key, or where it would take a letter from every program.
    """
    *held, key = [part.strip() for part in text.casefold().split("+")]
    is_sign = len(key) == 1 and key.isascii() and key.isalnum()
    if any(name not in MODIFIERS for name in held) or not (
        is_sign or key in _NAMED or key in _FUNCTION
    ):
        raise NoChord(f"There is no key {text!r}. Write it like ctrl+alt+space or f9.")
    modifiers = tuple(name for name in MODIFIERS if name in held)
    types_text = (is_sign or key in ("space", "tab")) and not set(modifiers) - {"shift"}
    if types_text:
        raise NoChord(
            f"The key {text} is needed for typing. Add ctrl, alt or super, or use one like f9."
        )
    return Chord(modifiers, key)
