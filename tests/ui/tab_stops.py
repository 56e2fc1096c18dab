"""Where the Tab key goes."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget


def stops_in(page: QWidget) -> list[QWidget]:
    """Return what the Tab key comes to inside a page, in its order, from the page's first on."""
    chain: list[QWidget] = []
    following = page.nextInFocusChain()
    while following is not None and following is not page:
        chain.append(following)
        following = following.nextInFocusChain()
    return [
        widget
        for widget in chain
        if page.isAncestorOf(widget)
        and widget.isVisibleTo(page)
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def steps_up(page: QWidget) -> list[str]:
    """Return the names of the controls from which the Tab key goes back up the page."""

    def top(widget: QWidget) -> int:
        return widget.mapTo(page, QPoint(0, 0)).y()

    def bottom(widget: QWidget) -> int:
        return top(widget) + widget.height()

    return [
        f"{first.accessibleName()} -> {second.accessibleName()}"
        for first, second in pairwise(stops_in(page))
        if bottom(second) <= top(first)
    ]
