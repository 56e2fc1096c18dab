"""The window's other languages, read from the translators' own files.

Rule: the English in the source is the key. Qt's format (.ts) is read as it is committed, so a fresh
checkout needs no build step, and Qt's tools for translators still work on it. GUI thread only.

Sentences that reach the window inside events come from code that knows nothing of Qt. The context
`MESSAGES` of a .ts file lists them; one that holds `{name}` is a template: it fits any sentence
that differs from it only there, and what stood there is carried over. A sentence
that is not listed is shown as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as Xml

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from her_desktop.paths import assets_dir

MESSAGES = "Messages"
"""The context of the sentences that arrive inside events."""

LANGUAGES = ("en", "fr")
"""What the window speaks; English needs no file."""

_PLACE = re.compile(r"\{(\w+)\}")

Catalogue = dict[tuple[str, str], str]


def translation_file(language: str) -> Path:
    """Return where the translation into a language lies."""
    return assets_dir() / "translations" / f"{language}.ts"


def read_catalogue(path: Path) -> Catalogue:
    """Read a .ts file into {(context, English): translation}, leaving out what is unfinished.

    Raises OSError or xml.etree.ElementTree.ParseError where the file cannot be read.
    """
    catalogue: Catalogue = {}
    for context in Xml.parse(path).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            found = message.find("translation")
            if found is not None and found.get("type") is None and found.text:
                catalogue[name, message.findtext("source", "")] = found.text
    return catalogue


class TsTranslator(QTranslator):
    """Owns one language's catalogue; Qt asks it on the GUI thread."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        """Translate with a catalogue from `read_catalogue`."""
        super().__init__(parent)
        self._catalogue = catalogue
        self.templates = tuple(
            (_pattern(source), source)
            for context, source in catalogue
            if context == MESSAGES and _PLACE.search(source)
        )
        """The messages with places in them, and the pattern that each of them fits."""

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        """Return the translation, or None so that Qt asks the next translator."""
        return self._catalogue.get((context, source))

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to ask for."""
        return not self._catalogue


def install_translation(app: QCoreApplication, choice: str) -> str:
    """Let the application speak `choice`: "auto" follows the system; return the language taken.

    Call it before the first widget is made. A language without a file gives English.
    """
    language = QLocale.system().name()[:2] if choice == "auto" else choice
    if language not in LANGUAGES or language == "en":
        return "en"
    translator = TsTranslator(read_catalogue(translation_file(language)), app)
    app.installTranslator(translator)
    # Qt's own words, such as those of a text field's menu.
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(f"qtbase_{language}", folder):
        app.installTranslator(qt)
    return language


def change_translation(app: QCoreApplication, choice: str) -> str:
    """Let the application speak another language from now on; return the one taken.

    What is on screen stays as it is: whoever wants it in the other language makes it anew.
    """
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        # Not later: `translated` asks those that are the application's own.
        old.setParent(None)
    return install_translation(app, choice)


def language_of_window() -> str:
    """Return the code of the language that the window speaks."""
    # Translated, this word is the code of the language it is translated into.
    return QCoreApplication.translate("Words", "en")


def translated(sentence: str) -> str:
    """Return a sentence that came inside an event in the language of the window."""
    if not sentence:
        return ""
    whole = QCoreApplication.translate(MESSAGES, sentence)
    app = QCoreApplication.instance()
    if whole != sentence or app is None:
        return whole
    for translator in app.findChildren(TsTranslator):
        for pattern, source in translator.templates:
            found = pattern.fullmatch(sentence)
            if found:
                # What stood there may be a sentence of its own, or what a model runs on.
                places = {name: translated(part) for name, part in found.groupdict().items()}
                return QCoreApplication.translate(MESSAGES, source).format(**places)
    return sentence


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of all sentences that differ from a template only in its places."""
    parts = _PLACE.split(template)
    # Odd parts are the names of places.
    pieces = [
        f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    ]
    return re.compile("".join(pieces), re.DOTALL)
