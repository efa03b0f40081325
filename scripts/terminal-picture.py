#!/usr/bin/env python3
"""Draws what a terminal shows as an SVG, for the README.

Reads text with colour codes on standard input, as `tmux capture-pane -e -p` prints it, and writes the picture to
standard output.
"""

import html
import re
import sys

CHARACTER_WIDTH = 8.4
LINE_HEIGHT = 20
MARGIN = 18
BAR = 30
STYLES = {
    "1": "font-weight:bold",
    "2": "fill:#7d8590",
    "31": "fill:#ff7b72",
    "32": "fill:#7ee787",
    "33": "fill:#e3b341",
    "36": "fill:#79c0ff",
}


def spans(line: str):
    """The parts of a line that are drawn alike, each with its style."""
    style: list[str] = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code is None:
            if part:
                yield part, ";".join(style)
        else:
            for number in code.group(1).split(";"):
                if number in STYLES:
                    style.append(STYLES[number])
                elif number in ("", "0", "39"):
                    style = []


def main() -> None:
    lines = sys.stdin.read().rstrip().split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = round(max(map(len, plain)) * CHARACTER_WIDTH + 2 * MARGIN)
    height = len(lines) * LINE_HEIGHT + BAR + 2 * MARGIN
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">'
    )
    print(f'<rect width="{width}" height="{height}" rx="10" fill="#0d1117"/>')
    for place, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        print(f'<circle cx="{MARGIN + place * 20}" cy="{BAR / 2 + 4}" r="6" fill="{colour}"/>')
    for number, line in enumerate(lines):
        y = BAR + MARGIN + number * LINE_HEIGHT + 8
        column = 0
        for text, style in spans(line):
            x = MARGIN + column * CHARACTER_WIDTH
            length = len(text) * CHARACTER_WIDTH
            print(
                f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
                f' xml:space="preserve" fill="#e6edf3" style="{style}">{html.escape(text)}</text>'
            )
            column += len(text)
    print("</svg>")


main()
