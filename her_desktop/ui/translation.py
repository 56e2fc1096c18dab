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
from collections.abc import Iterator
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

_THIN, _WHOLE = re.compile(r" (?=[;!?])"), re.compile(r" (?=[:»])|(?<=«) ")

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
                catalogue[name, message.findtext("source", "")] = _unbroken(found.text)
    return catalogue


def _unbroken(text: str) -> str:
    """Return a translation with a space before its signs at which no line is broken.

    French has one there, and translators write it as they type it.
    """
    return _WHOLE.sub("\u00a0", _THIN.sub("\u202f", text))


class TsTranslator(QTranslator):
    """Owns one language's catalogue; Qt asks it on the GUI thread."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        """Translate with a catalogue from `read_catalogue`."""
        super().__init__(parent)
        self._catalogue = catalogue
        self._templates = tuple(
            (*_ends(source), source)
            for context, source in catalogue
            if context == MESSAGES and _PLACE.search(source)
        )

    def templates_of(self, sentence: str) -> Iterator[str]:
        """Yield the messages with places in them that a sentence may have been made from."""
        for head, tail, source in self._templates:
            if sentence.startswith(head) and sentence.endswith(tail):
                yield source

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        """Return the translation, or None so that Qt asks the next translator."""
        return self._catalogue.get((context, source))

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to ask for."""
        return not self._catalogue


def language_of(choice: str) -> str:
    """Return the language that a choice stands for: "auto" follows the system, as far as we can."""
    language = QLocale.system().name()[:2] if choice == "auto" else choice
    return language if language in LANGUAGES else "en"


def install_translation(app: QCoreApplication, choice: str) -> str:
    """Let the application speak `choice` in place of what it spoke; return the language taken.

    Qt tells every window, after what is under way; each then makes its content anew.
    """
    language = language_of(choice)
    if language == language_of_window():
        return language
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        # Not later: `translated` asks those that are the application's own.
        old.setParent(None)
    if language == "en":
        return language
    translator = TsTranslator(read_catalogue(translation_file(language)), app)
    app.installTranslator(translator)
    # Qt's own words, such as those of a text field's menu.
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(f"qtbase_{language}", folder):
        app.installTranslator(qt)
    return language


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
        for source in translator.templates_of(sentence):
            found = _pattern(source).fullmatch(sentence)
            if found:
                # What stood there may be a sentence of its own, or what a model runs on.
                places = {name: translated(part) for name, part in found.groupdict().items()}
                return QCoreApplication.translate(MESSAGES, source).format(**places)
    return sentence


def _ends(template: str) -> tuple[str, str]:
    """Return what stands before the first and after the last place of a template."""
    # To compile all patterns at once would take as long as a person needs to notice it.
    parts = _PLACE.split(template)
    return parts[0], parts[-1]


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of all sentences that differ from a template only in its places."""
    parts = _PLACE.split(template)
    # Odd parts are the names of places.
    pieces = [
        f"(?P<{part}>.*?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    ]
    return re.compile("".join(pieces), re.DOTALL)
