"""The benchmark as one HTML file that needs nothing else: tables and plots as inline SVG.

Pure: the report in, a page out. It follows the reader's choice of a light or a dark theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from her_desktop.tools.bench_report import lines_of

Report = Mapping[str, Any]

_WIDTH, _HEIGHT = 720, 240
_LEFT, _BOTTOM, _TOP, _RIGHT = 56, 28, 12, 24

_STYLE = """
:root { color-scheme: light dark; --ground: #faf8f5; --ink: #2b2622; --soft: #756c64;
        --line: #ddd6cd; --accent: #b8472f; --second: #3f6f73; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #221f1c; --ink: #efe9e2; --soft: #a79d93; --line: #453f39;
          --accent: #e2765d; --second: #7fb6ba; } }
body { background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
       max-width: 760px; margin: 32px auto; padding: 0 16px; }
h1 { font-size: 24px; } h2 { font-size: 20px; margin-top: 40px; } h3 { font-size: 16px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
th, .soft { color: var(--soft); font-weight: normal; }
pre { overflow-x: auto; font-size: 12px; }
svg { width: 100%; height: auto; } svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
.axis { stroke: var(--line); } .zero { stroke: var(--soft); }
.dot { fill: var(--accent); } .dot.other { fill: var(--second); }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; }
"""


def page(report: Report) -> str:
    """Return the whole page."""
    body = "\n".join(_body(report))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>her-desktop bench, {escape(report['at'])}</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(report: Report) -> Iterator[str]:
    machine = report["machine"]
    yield "<h1>How long until it answers</h1>"
    yield (
        f'<p class="soft">{escape(report["at"])} · {escape(machine["processor"])}, '
        f"{machine['cores']} cores · {escape(', '.join(report['models'].values()))}</p>"
    )
    for mode, figures in report["modes"].items():
        yield f"<h2>{escape(mode)}</h2>"
        if "refused" in figures:
            yield f"<p>Not measured: {escape(figures['refused'])}</p>"
            continue
        yield _table(figures)
        yield from _plots(mode, figures)
    yield "<h2>Everything</h2>"
    yield f"<pre>{escape(chr(10).join(lines_of(report)))}</pre>"


def _table(figures: Report) -> str:
    rows = [
        "<tr><th>milliseconds</th><th>p50</th><th>p90</th><th>p95</th><th>max</th><th>n</th></tr>"
    ]
    for kind, named in figures["figures"].items():
        for name, row in named.items():
            if not row["n"]:
                continue
            cells = "".join(
                f"<td>{row[key]:.0f}</td>" for key in ("p50_ms", "p90_ms", "p95_ms", "max_ms")
            )
            rows.append(f"<tr><td>{escape(f'{kind}: {name}')}</td>{cells}<td>{row['n']}</td></tr>")
    return "<table>" + "".join(rows) + "</table>"


def _plots(mode: str, figures: Report) -> Iterator[str]:
    key = "release_to_audible_ms" if mode == "push-to-talk" else "gap_ms"
    turns = [
        turn
        for turn in figures["turns"]
        if turn[key] is not None
        and turn["instant_reply"] is None
        and turn["kind"] in figures["figures"]
    ]
    if not turns:
        return
    values = [float(turn[key]) for turn in turns]
    clear = [turn["kind"] == "clear" for turn in turns]
    headline = escape(figures["headline"])
    yield f"<h3>{headline}, turn by turn (the other colour: not a clear question)</h3>"
    yield _dots(values, clear)
    yield f"<h3>Share of turns that were answered within …, {headline}</h3>"
    yield _shares(values)


def _dots(values: Sequence[float], clear: Sequence[bool]) -> str:
    low, high = _range(values)
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(values))
    marks = []
    for number, (value, plain) in enumerate(zip(values, clear, strict=True)):
        x = _LEFT + (number + 0.5) * step
        y = _down(value, low, high)
        kind = "dot" if plain else "dot other"
        marks.append(
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
            f"<title>turn {number + 1}: {value:.0f} ms</title></circle>"
        )
    axis = "".join(
        f'<line class="{"zero" if tick == 0 else "axis"}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" '
        f'y1="{_down(tick, low, high):.1f}" y2="{_down(tick, low, high):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{_down(tick, low, high) + 4:.1f}" text-anchor="end">{tick:.0f}'
        "</text>"
        for tick in _ticks(low, high)
    )
    return _svg("Each turn as a dot, milliseconds upwards", axis + "".join(marks))


def _shares(values: Sequence[float]) -> str:
    low, high = _range(values)
    ordered = sorted(values)
    points, before = [f"{_LEFT},{_down(0, 0, 1):.1f}"], 0.0
    for number, value in enumerate(ordered, 1):
        share = number / len(ordered)
        x = _across(value, low, high)
        points += [f"{x:.1f},{_down(before, 0, 1):.1f}", f"{x:.1f},{_down(share, 0, 1):.1f}"]
        before = share
    points.append(f"{_WIDTH - _RIGHT},{_down(1, 0, 1):.1f}")
    axis = "".join(
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" '
        f'y1="{_down(share, 0, 1):.1f}" y2="{_down(share, 0, 1):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{_down(share, 0, 1) + 4:.1f}" text-anchor="end">'
        f"{share * 100:.0f} %</text>"
        for share in (0.0, 0.5, 0.9, 1.0)
    ) + "".join(
        f'<text x="{_across(tick, low, high):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{tick:.0f}</text>"
        for tick in _ticks(low, high)
    )
    curve = f'<polyline class="curve" points="{" ".join(points)}"/>'
    return _svg("Share of turns against milliseconds", axis + curve)


def _svg(label: str, inside: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    ticks = _ticks(min(0.0, min(values)), max(values))
    return ticks[0], ticks[-1]


def _ticks(low: float, high: float) -> list[float]:
    """Return round values from at most `low` to at least `high`, four to nine of them."""
    step = next(
        size
        for size in (50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 50_000.0)
        if high - low <= 7 * size or size == 50_000.0
    )
    first = int(low // step)
    last = max(first + 1, int(-(-high // step)))
    return [number * step for number in range(first, last + 1)]


def _down(value: float, low: float, high: float) -> float:
    return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _BOTTOM - _TOP)


def _across(value: float, low: float, high: float) -> float:
    return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)
