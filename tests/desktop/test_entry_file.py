from __future__ import annotations

import subprocess

import pytest

from her_desktop.desktop.entry_file import exec_line, value_of, with_values


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("/usr/bin/her-desktop",), "/usr/bin/her-desktop"),
        (("/a b/her-desktop", "--hidden"), '"/a b/her-desktop" --hidden'),
        (("/100%/her",), "/100%%/her"),
        (("/a$b/her",), r'"/a\\$b/her"'),
        (('/a"b/her',), r'"/a\\"b/her"'),
        (("/a\\b/her",), r'"/a\\\\b/her"'),
        (("/modèles é/her",), '"/modèles é/her"'),
    ],
)
def test_a_command_with_any_letters_in_it(words: tuple[str, ...], expected: str) -> None:
    assert exec_line(words) == expected


@pytest.mark.parametrize("word", ["/a b/c", '/"quoted"/c', "/$HOME/`id`/c", "/back\\slash/c"])
def test_what_is_quoted_is_read_back_as_it_was(word: str) -> None:
    # First the escapes of every value, then the quotes, which are those of a shell.
    line = exec_line((word, "--hidden")).replace("\\\\", "\\")
    told = subprocess.run(
        ["sh", "-c", f"printf '%s|' {line}"], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{word}|--hidden|"


def test_values_are_replaced_and_added() -> None:
    entry = "[Desktop Entry]\nName=her\nExec=her-desktop\n"
    changed = with_values(entry, {"Exec": "/opt/her", "TryExec": "/opt/her"})
    assert changed == "[Desktop Entry]\nName=her\nExec=/opt/her\nTryExec=/opt/her\n"


def test_a_value_is_that_of_the_main_group() -> None:
    entry = "# Exec=no\n[Desktop Action x]\nExec=other\n[Desktop Entry]\nExec = mine\n"
    assert value_of(entry, "Exec") == "mine"
    assert value_of(entry, "Icon") == ""
