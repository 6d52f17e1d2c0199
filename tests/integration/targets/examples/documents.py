# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the documents: what stands in a block that a reader copies.

A key is the block's file name (:caption: of rst), else the heading above it; where a heading has several such blocks,
with a number: "Connect 2". A plugin's EXAMPLES are one block, and so is a command in the comment of a rulebook.
"""

from __future__ import annotations

import ast
import collections
import re
from dataclasses import dataclass

#: Where documents are, as patterns of pathlib.
DOCUMENTS = (
    "README.md",
    "roles/*/README.md",
    "docs/**/*.md",
    "docs/docsite/rst/*.rst",
    "plugins/*/*.py",
    "extensions/eda/plugins/event_source/*.py",
    "extensions/eda/rulebooks/*.yml",
    "extensions/awx/**/*.yml",
    "playbooks/*.yml",
)
_FENCE = re.compile(r"^( *)```(\S*)")
_DIRECTIVE = re.compile(r"^( *)\.\. (?:code-block|code|sourcecode|parsed-literal):: *(\S*)|^( *)(?!\.\. )\S?.*::$")
_UNDERLINE = re.compile(r"^([=\-~^\"*+#.'`_:])\1{2,}$")
_COMMAND = re.compile(r"^#   (ansible\S* .*)")


@dataclass
class Example:
    """One block; `line` is where it begins in the document, from 1."""

    document: str
    key: str
    language: str
    text: str
    line: int
    caption: str = ""

    def __str__(self) -> str:
        return f"{self.document}: {self.key}"


def collect(root):
    """All examples of the collection at *root*, {(document, key): Example}, in their order."""
    paths = sorted({path for pattern in DOCUMENTS for path in root.glob(pattern)})
    found = {}
    for path in paths:
        name = path.relative_to(root).as_posix()
        lines = path.read_text(encoding="utf-8").split("\n")
        blocks = list(_READERS[path.suffix](lines))
        often = collections.Counter(heading for heading, *_block in blocks)
        counts = collections.Counter()
        for heading, language, line, text, caption in blocks:
            counts[heading] += 1
            key = heading if often[heading] == 1 else f"{heading} {counts[heading]}"
            found[name, key] = Example(name, key, language, text, line, caption)
    return found


def _markdown(lines):
    heading, block, margin, language, begin = "", None, 0, "", 0
    for number, line in enumerate(lines, 1):
        fence = _FENCE.match(line)
        if block is not None:
            if fence:
                yield heading, language, begin, _text(block), ""
                block = None
            else:
                block.append(line[margin:])
        elif fence:
            block, margin, language, begin = [], len(fence[1]), fence[2], number
        elif line.startswith("#"):
            heading = line.lstrip("# ").strip()
    assert block is None, f"the block of line {begin} has no end"


def _rst(lines):
    heading, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if _UNDERLINE.match(line) and number > 1 and lines[number - 2].strip():
            heading = lines[number - 2].strip()
        directive = _DIRECTIVE.match(line)
        if not directive or line.strip() == "::" and not line:
            continue
        margin, language, begin = len(directive[1] or directive[3] or ""), directive[2] or "", number
        block = []
        while number < len(lines) and (not lines[number].strip() or _indent(lines[number]) > margin):
            block.append(lines[number])
            number += 1
        options = []
        while block and (not block[0].strip() or block[0].strip().startswith(":")):
            option = block.pop(0).strip()
            if not option:
                break
            options.append(option)
        caption = next((option[9:].strip() for option in options if option.startswith(":caption:")), "")
        if not any(block):
            continue  # a sentence that ends in two colons
        inner = min(_indent(one) for one in block if one.strip())
        yield caption or heading, language, begin, _text([one[inner:] for one in block]), caption


def _python(lines):
    for node in ast.parse("\n".join(lines)).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            yield "EXAMPLES", "yaml", node.lineno, _text(ast.literal_eval(node.value).split("\n")), ""


def _yaml(lines):
    for number, line in enumerate(lines, 1):
        command = _COMMAND.match(line)
        if command:
            yield "comment", "shell", number, command[1] + "\n", ""


def _indent(line):
    return len(line) - len(line.lstrip())


def _text(lines):
    return "\n".join(lines).strip("\n") + "\n"


_READERS = {".md": _markdown, ".rst": _rst, ".py": _python, ".yml": _yaml}
