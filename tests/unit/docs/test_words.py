# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No text has words that nobody says, and the guide to troubleshooting knows each code that the code knows."""

from __future__ import annotations

import pathlib
import re

import pytest

from ansible_collections.roma.connect.plugins.module_utils._http import answer

COLLECTION = pathlib.Path(__file__).resolve().parents[3]
TEXTS = ("docs", "plugins", "roles", "extensions", "playbooks", "changelogs")
GUIDE = (COLLECTION / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst").read_text(encoding="utf-8")

_PACKAGE = r"(?:the|its|a|each|their|that) packages?"

#: What nobody says, and what to say instead.
REFUSED = {
    r"mend(?:s|ed|ing)?": "fix, correct",
    r"st(?:ands?|ood) for (?:it|them|a|the)": "means, is instead of",
    r"(?:go|goes|gone|went|going) on with": "resume, continue",
    rf"giv(?:e|es|ing|en) (?:it|them|{_PACKAGE}) out": "send",
    r"where what is": "if what",
    rf"br(?:ing|ings|ought|inging) (?:it|{_PACKAGE}) in": "download",
    rf"{_PACKAGE} (?:is |was |to be )?brought in": "download",
    rf"(?:has|have) (?:it|its|{_PACKAGE})(?: \w+)? no more": "no longer has",
    r"(?:(?:can|could|cannot|to) be|no longer be) had": "get, download",
    r"(?:lives?|living|lived) through": "survives",
    r"anew": "again",
    r"shall": "will, must",
    r"as whom": "with which credentials",
    r"way in(?=[.,;:)])": "way to authenticate",
    r"none of this API": "not from this API",
    r"is no (?:URL|id|text|number|dictionary|directory|ini file|name that|whole zip|list)": "is not a",
    r"is there (?:twice|\d+ times)": "there are two",
    r"(?:the|its) caller (?:sees|does not see)": "your user",
    r"asked is": "you ask for",
    r"called so": "there is no such",
}


def texts():
    files = [path for folder in TEXTS for path in sorted((COLLECTION / folder).rglob("*")) if path.is_file()]
    readable = (".md", ".rst", ".yml", ".yaml", ".py", ".txt")
    return [COLLECTION / "README.md", *(path for path in files if path.suffix in readable)]


@pytest.mark.parametrize("words", REFUSED)
def test_nobody_says(words):
    # A text may break anywhere: a comment's next line begins with #, a string's with a quote.
    strange = re.compile(rf"\b{words}\b".replace(" ", r"""["']?\s+(?:\#:?\s+|f?["'])?"""), re.IGNORECASE)
    found = []
    for path in texts():
        for match in strange.finditer(text := path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(COLLECTION)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}")
    assert not found, f"say instead: {REFUSED[words]}\n" + "\n".join(found)


@pytest.mark.parametrize("code", [code for code in answer._CURES if code.startswith("ROMA.")])
def test_each_code_with_a_remedy_is_in_the_guide(code):
    assert f"``{code}``" in GUIDE


@pytest.mark.parametrize("advice", [*answer._ADVICE.values(), "This host's clock is"])
def test_each_advice_about_credentials_is_in_the_guide(advice):
    told = " ".join(GUIDE.partition("\nCredentials\n")[2].partition("\nThe way to the API\n")[0].split())
    assert any(advice.startswith(part) for part in re.findall(r"\*(\w[^*]+?)(?: …[^*]*)?\*", told))
