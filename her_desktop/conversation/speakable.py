"""Turn what is written into what can be said.

A voice reads every mark it is given; models write markdown, links, tables and emoji. Rule: pure,
standard library only; every pattern takes time in proportion to the text.
"""

# ruff: noqa: RUF001 - marks that look like others are what this module is about.

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "code": "Code shown on screen.",
        "dot": "dot",
        "at": "at",
        "and": "and",
        "percent": "percent",
        "plus": "plus",
        "minus": "minus",
        "equals": "equals",
        "times": "times",
        "divided": "divided by",
        "number": "number",
        "sharp": "sharp",
        "degrees": "degrees",
        "celsius": "degrees Celsius",
        "fahrenheit": "degrees Fahrenheit",
        "€": "euros",
        "$": "dollars",
        "£": "pounds",
        "to": "to",
        "about": "about",
        "less": "less than",
        "greater": "greater than",
        "at_most": "at most",
        "at_least": "at least",
        "per_hour": "kilometres per hour",
    }
)
_FRENCH: Mapping[str, str] = MappingProxyType(
    {
        "code": "Le code est affiché à l'écran.",
        "dot": "point",
        "at": "arobase",
        "and": "et",
        "percent": "pour cent",
        "plus": "plus",
        "minus": "moins",
        "equals": "égale",
        "times": "fois",
        "divided": "divisé par",
        "number": "numéro",
        "sharp": "dièse",
        "degrees": "degrés",
        "celsius": "degrés Celsius",
        "fahrenheit": "degrés Fahrenheit",
        "€": "euros",
        "$": "dollars",
        "£": "livres",
        "to": "vers",
        "about": "environ",
        "less": "inférieur à",
        "greater": "supérieur à",
        "at_most": "au plus",
        "at_least": "au moins",
        "per_hour": "kilomètres par heure",
    }
)
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "fr": _FRENCH})

_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_DOUBLE_BRACKETS = re.compile(r"\[\[[^\[\]]*\]\]")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>|<!--[^>]{0,300}-->")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_LINK = re.compile(
    r"!?\[([^\[\]\n]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s\"[^\"]*\")?\)|\[[^\[\]\n]*\])"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`]+", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?\b([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})\b")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
_RULE = re.compile(r"^[ \t]*([-*_=])(?:[ \t]*\1){2,}[ \t]*$")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_BULLET = re.compile(r"^[ \t]*[-*+•‣◦][ \t]+(?:\[[ xX]\][ \t]+)?")
_NUMBERED = re.compile(r"^[ \t]*(\d{1,3})[.)][ \t]+")
_EMPHASIS = re.compile(
    r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|~~|(?<!\w)_{1,3}(?=\w)|(?<=[\w.!?,;:])_{1,3}(?!\w)"
)
_BACKTICKS = re.compile(r"`+")
_END_OF_LINE = tuple(".!?…:;,")

_MONEY_UNIT = r"(?:\s(?:thousand|million|billion|trillion|mille|millions?|milliards?)\b)?"
_MONEY = re.compile(rf"([€$£])\s?(\d[\d.,]*\d|\d)({_MONEY_UNIT})")
_RANGE = re.compile(r"(?<=\d)\s?[–−]\s?(?=\d)")
_REPEATED = (
    (re.compile(r"\.{4,}|…+"), "..."),
    (re.compile(r"[!?]*\?[!?]*"), "?"),
    (re.compile(r"!{2,}"), "!"),
    (re.compile(r"([,;:])(?:\s*[,;:])+"), r"\1"),
    (re.compile(r"\s*(?:[—–]|--+)\s*"), ", "),
    (re.compile(r"\s+([,.;!?])"), r"\1"),
    (re.compile(r"([.!?:;])\s*,"), r"\1"),
)
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_DROPPED_CATEGORIES = frozenset({"So", "Sk", "Cf", "Co", "Cs", "Cn", "Cc"})


def speakable(text: str, language: str = "en") -> str:
    """Return the words to say for `text`, "" where nothing of it can be said.

    `language` is a two-letter code; words for symbols are English in any but French.
    """
    words = _WORDS.get(language, _ENGLISH)
    text = _FENCE.sub(f"\n{words['code']}\n", text)
    # Long runs of blanks would make the patterns below go over them again and again.
    text = _BLANKS.sub(" ", text)
    text = _DOUBLE_BRACKETS.sub(" ", text).replace("[[", " ").replace("]]", " ")
    text = _AUTOLINK.sub(r"\1", text)
    text = html.unescape(_TAG.sub(" ", text))
    text = _LINK.sub(r"\1", text)
    text = _URL.sub(lambda match: _host_in_words(match.group(), words), text)
    text = _MAIL.sub(lambda match: _mail_in_words(match, words), text)
    text = _lines_as_sentences(text)
    text = _BACKTICKS.sub("", _EMPHASIS.sub("", text))
    text = _symbols_in_words(text, words)
    text = "".join(" " if _is_picture(character) else character for character in text)
    text = _SPACES.sub(" ", text)
    for pattern, replacement in _REPEATED:
        text = pattern.sub(replacement, text)
    text = text.strip(" ,;:")
    return text if any(character.isalnum() for character in text) else ""


def _host_in_words(url: str, words: Mapping[str, str]) -> str:
    """Return a web address as people name it, and the stop that ended its sentence."""
    address = url.rstrip(".,;:!?)]}")
    tail = url[len(address) :].strip(")]}")
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", address, flags=re.IGNORECASE)
    host = re.split(r"[/?#:]", host.rpartition("@")[2] if "/" not in host else host, maxsplit=1)[0]
    return host.replace("-", " ").replace(".", f" {words['dot']} ") + tail


def _mail_in_words(match: re.Match[str], words: Mapping[str, str]) -> str:
    name, host = (part.replace(".", f" {words['dot']} ") for part in match.groups())
    return f"{name} {words['at']} {host}"


def _lines_as_sentences(text: str) -> str:
    """Return the text on one line, its headings, list items and table rows ended by a stop."""
    parts: list[str] = []
    lines = [line for line in text.split("\n") if line.strip()]
    for line in lines:
        if _TABLE_RULE.match(line) or _RULE.match(line):
            continue
        said = _QUOTE.sub("", line)
        if heading := _HEADING.match(said):
            said = heading.group(1)
        if said.count("|") > 1 or said.lstrip().startswith("|"):
            said = ", ".join(cell.strip() for cell in said.split("|") if cell.strip())
        said = _NUMBERED.sub(r"\1, ", _BULLET.sub("", said)).strip()
        if said:
            parts.append(said)
    ended = [
        part if part.rstrip("*_`\"')»”").endswith(_END_OF_LINE) else f"{part}."
        for part in parts[:-1]
    ]
    return " ".join([*ended, *parts[-1:]])


def _symbols_in_words(text: str, words: Mapping[str, str]) -> str:
    """Return the text with the signs that a voice would drop or garble said in words."""
    text = _MONEY.sub(lambda match: f"{match[2]}{match[3]} {words[match[1]]}", text)
    text = _RANGE.sub(f" {words['to']} ", text)
    for pattern, replacement in _SYMBOLS:
        text = pattern.sub(replacement(words), text)
    return text


def _word(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda words: f" {words[name]} "


_SYMBOLS: tuple[tuple[re.Pattern[str], Callable[[Mapping[str, str]], str]], ...] = (
    (re.compile(r"(?<=\w)\s<\s(?=\w)|(?<=\d)<(?=\d)"), _word("less")),
    (re.compile(r"(?<=\w)\s>\s(?=\w)|(?<=\d)>(?=\d)"), _word("greater")),
    (re.compile(r"\s?°\s?C\b"), _word("celsius")),
    (re.compile(r"\s?°\s?F\b"), _word("fahrenheit")),
    (re.compile(r"\s?°"), _word("degrees")),
    (re.compile(r"(?<=\d)\s?km/h\b"), _word("per_hour")),
    (re.compile(r"\s*&\s*"), _word("and")),
    (re.compile(r"\s?%"), _word("percent")),
    (re.compile(r"€"), _word("€")),
    (re.compile(r"\$"), _word("$")),
    (re.compile(r"£"), _word("£")),
    (re.compile(r"(?<=\d)\s?[*×·]\s?(?=\d)|\s[*×]\s"), _word("times")),
    (re.compile(r"(?<=\d)\s?÷\s?(?=\d)"), _word("divided")),
    (re.compile(r"(?<=\d)\s[-−]\s(?=\d)|(?<![\w])[-−](?=\d)"), _word("minus")),
    (re.compile(r"\+"), _word("plus")),
    (re.compile(r"\s?(?:→|⇒|➜|➔|-+>|=+>)\s?"), _word("to")),
    (re.compile(r"≤|<="), _word("at_most")),
    (re.compile(r"≥|>="), _word("at_least")),
    (re.compile(r"=+"), _word("equals")),
    (re.compile(r"[~≈]\s?(?=\d)"), _word("about")),
    (re.compile(r"#(?=\d)"), _word("number")),
    (re.compile(r"(?<=\b[A-G])#"), _word("sharp")),
    (re.compile(r"@"), _word("at")),
    (re.compile(r"[#*_^~<>|\\{}\[\]]"), lambda _: " "),
)


def _is_picture(character: str) -> bool:
    """Tell whether a character is an emoji, an ornament or invisible rather than writing."""
    if character in "\n\t":
        return False
    # Variation selectors and skin tones belong to the emoji before them.
    return (
        unicodedata.category(character) in _DROPPED_CATEGORIES
        or "\ufe00" <= character <= "\ufe0f"
        or character == "\u20e3"
    )
