# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every example of every document, as examples.yml says, and compares what comes of it.

python run.py COLLECTION FOLDER [WORD]    # WORD: only scenes whose name has it
"""

from __future__ import annotations

import pathlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import yaml
from cloud import Certificates
from documents import collect
from scene import Scene

#: Scenes at the same time. Each waits most of its time.
AT_ONCE = 4


def named(words):
    """The examples of a scene."""
    return [(step.get("document", words["document"]), step["example"]) for step in words["steps"] if "example" in step]


def main(root, folder, word=""):
    began = time.monotonic()
    table = yaml.safe_load((pathlib.Path(__file__).parent / "examples.yml").read_text(encoding="utf-8"))
    examples = collect(root)
    entries = {one for words in table["scenes"] for one in named(words)}
    wrong = [f"No entry in examples.yml runs this example: {examples[one]}" for one in examples if one not in entries]
    wrong += [f"No document has this entry's example: {name}: {key}" for name, key in sorted(entries - set(examples))]

    certificates = Certificates(folder, table["regions"])
    chosen = [words for words in table["scenes"] if word in f"{words['document']} {words.get('name', '')}"]
    chosen.sort(key=lambda words: not words.get("first"))
    chosen = [words for words in chosen if all(one in examples for one in named(words))]
    scenes = [
        Scene(words, examples, table, folder / f"scene{number}", certificates) for number, words in enumerate(chosen)
    ]
    ran, left_out = set(), {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for scene, failure in zip(scenes, pool.map(Scene.run, scenes)):
            wrong += [failure] if failure else []
            ran.update((scene.document, key) for key, _how, _seconds in scene.ran)
            left_out.update({(scene.document, key): why for key, why in scene.left_out})
            for key, how, seconds in scene.ran:
                print(f"{how:<9}{seconds:5.1f} s  {scene.document}: {key}", flush=True)

    for (document, key), why in left_out.items():
        if (document, key) not in ran:
            print(f"not run           {document}: {key}: {why}")
    print(f"{len(ran)} of {len(examples)} examples were run, in {time.monotonic() - began:.0f} s.")
    for one in wrong:
        print(f"WRONG: {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), *sys.argv[3:]))
