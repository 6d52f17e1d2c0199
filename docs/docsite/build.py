# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the docs site, and fail where it warns or where a link within it leads nowhere.

    python build.py FOLDER

The Python must have ansible-core, antsibull-docs, sphinx and sphinx-ansible-theme; ANSIBLE_COLLECTIONS_PATH must lead
to the collection. FOLDER is removed and made again; the site is in FOLDER/build/html.
"""

from __future__ import annotations

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
from urllib.parse import unquote

COLLECTION = "roma.connect"

#: Of other projects: their inventories, which may be out of reach, and the labels in them.
NOT_OURS = re.compile(
    r"failed to reach any of the inventories|\('http.*inv'|Max retries exceeded|intersphinx inventory"
    rf"|undefined label: '(?!ansible_collections\.{re.escape(COLLECTION)}\b)"
)

#: On a phone the theme leaves each cell of a table in one line, gives columns the shares of a desktop's, and cuts long
#: words in code and headings. Names stand in the first column, and are broken only where nothing else helps.
STYLE = """\
@media screen and (max-width: 768px) {
  .rst-content .wy-table-responsive table td, .rst-content .wy-table-responsive table th { white-space: normal; }
  .rst-content .wy-table-responsive table.docutils col { width: auto !important; }
  .rst-content .wy-table-responsive table.docutils td, .rst-content .wy-table-responsive table.docutils th {
    padding: 6px 8px;
  }
  .rst-content .wy-table-responsive table td code { overflow-wrap: anywhere; white-space: normal; }
  .rst-content .wy-table-responsive table td:first-child code { overflow-wrap: break-word; padding: 2px; }
  .rst-content table.docutils:not(.ansible-option-table) td:first-child { max-width: 50vw; }
  .rst-content table.docutils:not(.ansible-option-table) td:first-child:nth-last-child(n+3) { max-width: 34vw; }
  .rst-content pre, .rst-content h1 { overflow-wrap: anywhere; }
}
"""


class Page(html.parser.HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.add(given.get("id") or "")
        if tag in ("a", "link", "img", "script"):
            self.links.add(given.get("href") or given.get("src") or "")


def build(folder: pathlib.Path) -> list[str]:
    """Make the site; returns the warnings that are ours."""
    tools = {**os.environ, "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o700)  # antsibull-docs writes to no folder that others can write to
    titles = [f"--{name}={COLLECTION}" for name in ("project", "title", "html-short-title")]
    begin = ["antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--lenient", "--fail-on-error"]
    begin += [*titles, f"--copyright={COLLECTION} contributors", f"--dest-dir={folder}", COLLECTION]
    subprocess.run(begin, check=True, env=tools, stdout=subprocess.DEVNULL)
    (folder / "own").mkdir()
    (folder / "own" / "phone.css").write_text(STYLE, encoding="utf-8")
    with open(folder / "conf.py", "a", encoding="utf-8") as conf:
        conf.write('html_static_path = ["own"]\nhtml_css_files = ["phone.css"]\n')
        # A page without anything in it: the plugins declare no variable, and the modules name theirs.
        conf.write('exclude_patterns = ["environment_variables.rst"]\n')
    made = subprocess.run(
        [folder / "build.sh"], check=False, env=tools, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL
    )
    if made.returncode:
        sys.exit(made.stderr)
    return [line for line in made.stderr.splitlines() if re.search("WARNING|ERROR", line) and not NOT_OURS.search(line)]


def broken_links(root: pathlib.Path) -> list[str]:
    """The links between the pages below *root* that lead nowhere."""
    pages = {path: Page(path) for path in root.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            place, _hash, name = link.partition("#")
            target = (path.parent / unquote(place.partition("?")[0])).resolve() if place else path
            if re.match(r"[a-z]+:|//", link):
                continue
            if not target.exists() or (target in pages and unquote(name) not in pages[target].names):
                broken.append(f"{path.relative_to(root)}: {link} leads nowhere")
    return sorted(broken)


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1]).resolve()
    trouble = build(place) + broken_links(place / "build" / "html")
    sys.exit("\n".join(trouble) if trouble else 0)
