# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws README's picture: an export, and the same once more, as a terminal shows them.

    picture.py FILE.svg

What is drawn is what ansible-playbook prints while it exports from the simulator. It needs ansible-core, aiohttp and
rich, and the collection where Ansible finds it.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = pathlib.Path(__file__).parents[2]
SIMULATOR = [ROOT / "scripts" / "simulator", "--port", "0", "--job-seconds", "45", "--package-bytes", "340000000"]
DEST = "/tmp/backup/crm.zip"
COMMAND = ["ansible-playbook", "roma.connect.export", "-e", f"asset_export_dest={DEST}", "-e", "asset_export_all=true"]
COLUMNS = 112
#: rich's own, without the fonts that it would have the reader's browser fetch from elsewhere.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code", "Menlo, Consolas"
)
TITLE = "An export from ROMA Connect, and the same once more"


def played(place: dict[str, str], home: str) -> str:
    """What the command prints, in colours, on a terminal without a home of its own."""
    environment = {
        **os.environ,
        "HOME": home,
        "ANSIBLE_FORCE_COLOR": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_DISPLAY_OK_HOSTS": "false",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ROMA_ENDPOINT": place["endpoint"],
        "ROMA_INSTANCE_ID": place["instance_id"],
        "HUAWEICLOUD_SDK_PROJECT_ID": place["project_id"],
        "HUAWEICLOUD_SDK_AK": place["access_key"],
        "HUAWEICLOUD_SDK_SK": place["secret_key"],
    }
    done = subprocess.run(
        COMMAND, env=environment, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout.strip()


def main(picture: str) -> None:
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))
    pathlib.Path(DEST).parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(SIMULATOR, stdout=subprocess.PIPE) as simulator:
        try:
            place = json.loads(simulator.stdout.readline())
            for end in ("\n", ""):
                console.print(Text(f"$ {' '.join(COMMAND)}", style="bold"))
                console.print(Text.from_ansi(played(place, home)), end=f"\n{end}")
        finally:
            simulator.terminate()
            for file in (DEST, f"{DEST}.json"):
                pathlib.Path(file).unlink(missing_ok=True)
    console.save_svg(picture, title=TITLE, code_format=FORMAT)


if __name__ == "__main__":
    main(sys.argv[1])
