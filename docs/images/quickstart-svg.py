#!/usr/bin/env python3
"""Records the quickstart example and writes docs/images/quickstart.svg, an animated picture of a terminal.

Run it in the root of the repository: python3 docs/images/quickstart-svg.py

The example runs against the mock server. The mock sends the chat in small chunks with pauses, so that the stream is
visible. Text and times in the picture are those of the run.
"""

import os
import pathlib
import subprocess
import time
import xml.sax.saxutils

COMMAND = "cargo run --example quickstart"
MOCK = ["cargo", "run", "--quiet", "--package", "imagine-mock", "--", "--port", "0"]
FAULTS = ["--fault", "chat:dribble=120,chunk-delay=60ms"]
OUTPUT = pathlib.Path("docs/images/quickstart.svg")

COLUMNS, CHAR_WIDTH, LINE_HEIGHT, MARGIN, TITLE_BAR = 100, 8.4, 19, 16, 32
FIRST_OUTPUT = 0.8  # Seconds between the command and its first output; building takes longer.

HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">
<!-- Written by docs/images/quickstart-svg.py. -->
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d4d4d4; white-space: pre }}
.c {{ fill: #8fd18f }}
@media (prefers-reduced-motion: no-preference) {{ text {{ animation: show 1ms step-end backwards }} }}
@keyframes show {{ from {{ opacity: 0 }} to {{ opacity: 1 }} }}
</style>
<rect width="{width}" height="{height}" rx="8" fill="#1e1e1e"/>
<circle cx="20" cy="16" r="5" fill="#ff5f57"/>
<circle cx="38" cy="16" r="5" fill="#febc2e"/>
<circle cx="56" cy="16" r="5" fill="#28c840"/>
"""


def record():
    """Returns the output of the example as pairs of a time in seconds and a string."""
    mock = subprocess.Popen(MOCK + FAULTS, stdout=subprocess.PIPE, text=True)
    try:
        endpoint = mock.stdout.readline().split()[1]
        variables = {"IMAGINE_API_ENDPOINT": endpoint, "IMAGINE_API_KEY": "any"}
        subprocess.run(["cargo", "build", "--quiet", "--example", "quickstart"], check=True)
        example = subprocess.Popen(COMMAND.split(), stdout=subprocess.PIPE, env=os.environ | variables)
        chunks, start = [], None
        while chunk := os.read(example.stdout.fileno(), 65536):
            start = start or time.monotonic()
            chunks.append((FIRST_OUTPUT + time.monotonic() - start, chunk.decode()))
        if example.wait() != 0:
            raise SystemExit("the example failed")
        return chunks
    finally:
        mock.terminate()
        mock.wait()


def layout(chunks):
    """Returns the strings of the picture, each with its time, row and column, and the number of rows."""
    row = column = 0
    placed = []
    for moment, chunk in chunks:
        for character in chunk.removeprefix("\n") if not placed else chunk:
            if character == "\n":
                row, column = row + 1, 0
                continue
            if column == COLUMNS:
                row, column = row + 1, 0
            previous = placed[-1] if placed else None
            if previous and previous[:2] == [moment, row]:
                previous[3] += character
            elif character != " ":  # Renderers trim the space at the start of a string.
                placed.append([moment, row, column, character])
            column += 1
    return placed, row + 1


def main():
    placed, rows = layout(record())
    width = round(2 * MARGIN + COLUMNS * CHAR_WIDTH)
    height = TITLE_BAR + (rows + 1) * LINE_HEIGHT + MARGIN
    lines = [HEAD.format(width=width, height=height, label=f"Output of {COMMAND}")]

    def text(moment, row, column, string, kind=""):
        x, y = MARGIN + column * CHAR_WIDTH, TITLE_BAR + (row + 1) * LINE_HEIGHT
        string = string.rstrip()
        length = len(string) * CHAR_WIDTH
        lines.append(
            f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}"{kind} style="animation-delay:{moment:.2f}s">'
            f"{xml.sax.saxutils.escape(string)}</text>\n"
        )

    text(0, 0, 0, f"$ {COMMAND}", ' class="c"')
    for moment, row, column, string in placed:
        text(moment, row + 1, column, string)
    lines.append("</svg>\n")
    OUTPUT.write_text("".join(lines))


if __name__ == "__main__":
    main()
