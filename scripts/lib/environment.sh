#!/usr/bin/env bash
# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What the commands in scripts/ share. To be sourced:
#
#   set -euo pipefail
#   source "$(dirname "${BASH_SOURCE[0]}")/lib/environment.sh"
#   environment_isolate                               # HOME and caches inside build/, no setting of the caller's
#   build_claim                                       # one command at a time in build/
#   python=$(python_default) || exit                  # PYTHON=…, else the best one of this machine
#   venv_make "$BUILD/venv/demo" "$python" "$ROOT/requirements/demo.txt"
#   at_exit process_stop "$pid"                       # run at the end, whatever the end; last one first
#
# ROOT is the checkout, BUILD its build folder. Nothing outside BUILD is written, except temporary files (TMPDIR) and,
# where the user has one already, pip's own cache.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=$ROOT/build

# The Pythons that the commands may run on, best first: those that the newest ansible-core takes, then the others.
PYTHONS="3.13 3.12 3.14 3.11"

# ---------------------------------------------------------------------------------------------------------------- words

log() { printf '%s\n' "$*"; }

headline() { printf '\n=== %s ===\n' "$*"; }

die() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
    exit 1
}

# ------------------------------------------------------------------------------------------------------------ clean end

# at_exit WORD...: a command to run when the script ends (also on an error, Ctrl-C or SIGTERM), the last one first.
at_exit_commands=()
at_exit() {
    local command
    printf -v command '%q ' "$@"
    at_exit_commands+=("$command")
    trap at_exit_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
}

at_exit_run() {
    local status=$? index
    trap '' INT TERM HUP
    for ((index = ${#at_exit_commands[@]} - 1; index >= 0; index--)); do
        eval "${at_exit_commands[index]}" || true
    done
    return "$status"
}

# process_stop PID: SIGTERM, five seconds to obey, then SIGKILL. A process that is gone is fine.
process_stop() {
    local pid=$1 tick
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tick = 0; tick < 50; tick++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# build_claim: two commands at the same time would change each other's files in build/, so the second one waits.
build_claim() {
    local claim=$BUILD/claim owner told=""
    mkdir -p "$BUILD"
    until (set -o noclobber && echo "$$" >"$claim") 2>/dev/null; do
        owner=$(cat "$claim" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -f "$claim"
            continue
        fi
        [ -n "$told" ] || log "Waiting for process $owner, which works in build/ (or remove build/claim)."
        told=yes
        sleep 1
    done
    at_exit rm -f "$claim"
}

# ---------------------------------------------------------------------------------------------------------- environment

# environment_isolate: from here on the caller's settings of Python, Ansible, git and of a real ROMA Connect account
# have no effect, and the tools' home is build/home. pip keeps the user's settings (index, certificates, proxy).
environment_isolate() {
    local name
    USER_HOME=${HOME:-}
    USER_CONFIG=${XDG_CONFIG_HOME:-}
    USER_PYENV_ROOT=${PYENV_ROOT:-${USER_HOME:+$USER_HOME/.pyenv}}

    if [ -z "${PIP_CACHE_DIR:-}" ]; then
        PIP_CACHE_DIR=${XDG_CACHE_HOME:-$USER_HOME/.cache}/pip
        if [ -z "$USER_HOME" ] || [ ! -d "$PIP_CACHE_DIR" ] || [ ! -w "$PIP_CACHE_DIR" ]; then
            PIP_CACHE_DIR=$BUILD/cache/pip
        fi
    fi

    while read -r name; do
        case $name in
            PIP_CACHE_DIR) ;;
            ANSIBLE_* | COVERAGE_* | GIT_* | HUAWEICLOUD_* | HW_* | MYPY* | PYENV_* | PYTEST_* | PYTHON* | ROMA_* | \
                RUFF_* | VIRTUAL_ENV* | XDG_* | PIP_CONSTRAINT | PIP_DRY_RUN | PIP_PREFIX | PIP_REQUIRE* | PIP_ROOT | \
                PIP_TARGET | PIP_USER)
                [ "$name" = PYTHON ] || unset "$name"
                ;;
        esac
    done < <(compgen -e)

    mkdir -p "$BUILD/home" "$BUILD/cache"
    # git refuses a checkout that another user owns; here only files of it are listed.
    printf '[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[advice]\n\tdefaultBranchName = false\n' \
        >"$BUILD/home/.gitconfig"

    export HOME=$BUILD/home PIP_CACHE_DIR PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
    export LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1
    [ -t 1 ] || export NO_COLOR=1
    export MYPY_CACHE_DIR=$BUILD/cache/mypy RUFF_CACHE_DIR=$BUILD/cache/ruff
    # The simulator is on this machine: never ask a proxy for it.
    export NO_PROXY="${NO_PROXY:-${no_proxy:-}}"
    NO_PROXY=${NO_PROXY:+$NO_PROXY,}127.0.0.1,localhost,::1
    export no_proxy=$NO_PROXY
}

# user_pip PYTHON WORD...: pip with the user's own pip settings, which lie in the user's home.
user_pip() {
    local python=$1
    shift
    HOME=${USER_HOME:-$HOME} XDG_CONFIG_HOME=$USER_CONFIG "$python" -m pip "$@"
}

# pip_settings_share PYTHON: ansible-test starts pip with a bare environment, so what pip has to know is written to
# build/home. Only where to get packages from, and how.
pip_settings_share() {
    local python=$1 file=$HOME/.config/pip/pip.conf
    mkdir -p "${file%/*}"
    (
        umask 077
        user_pip "$python" config list | "$python" -c '
import ast, os, sys
wanted = "cert client-cert extra-index-url find-links index-url no-index proxy retries timeout trusted-host".split()
found = {"proxy": os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY"),
         "cache-dir": os.environ["PIP_CACHE_DIR"], "disable-pip-version-check": "true", "quiet": "1"}
settings = [line.partition("=") for line in sys.stdin if "=" in line]
# "global", then "install", then the environment: the last one said wins, as in pip
for section in ("global", "site", "user", "install", ":env:"):
    for key, _, value in settings:
        where, _, name = key.partition(".")
        if where == section and name in wanted:
            found[name] = ast.literal_eval(value.strip())
print("[global]")
for name, value in found.items():
    if value:
        print(name, "=", str(value).strip().replace("\n", "\n    "))
' >"$file"
    )
}

# --------------------------------------------------------------------------------------------------------------- Python

# python_usable PYTHON [VERSION]: prints the real interpreter behind PYTHON (no shim, no virtual environment) if it
# runs, is that version, and can make virtual environments.
python_usable() {
    "$1" -c '
import ensurepip, os, sys, venv
version = "%d.%d" % sys.version_info[:2]
if len(sys.argv) > 1 and version != sys.argv[1]:
    sys.exit(1)
real = os.path.join(sys.base_prefix, "bin", "python" + version)
print(real if os.path.exists(real) else sys.executable)
' "${@:2}" 2>/dev/null </dev/null
}

# python_pick VERSIONS: prints the first of these versions ("3.13 3.12") that this machine has, on PATH or by pyenv.
python_pick() {
    local version candidate
    for version in $1; do
        while read -r candidate; do
            if [ -n "$candidate" ] && [ -x "$candidate" ] && python_usable "$candidate" "$version"; then
                return 0
            fi
        done < <(
            type -ap "python$version" || true
            [ -z "${USER_PYENV_ROOT:-}" ] || printf '%s\n' "$USER_PYENV_ROOT"/versions/"$version"*/bin/"python$version"
            type -ap python3 || true
        )
    done
    return 1
}

# python_default: the Python that PYTHON names, else the best one that the newest ansible-core for it runs on.
python_default() {
    local found version
    if [ -n "${PYTHON:-}" ]; then
        found=$(python_usable "$PYTHON") || die "PYTHON=$PYTHON does not run, or has no venv and ensurepip modules."
        version=$(python_version "$found")
        case " $PYTHONS " in
            *" $version "*) printf '%s\n' "$found" ;;
            *) die "PYTHON=$PYTHON is Python $version; one of $PYTHONS is needed." ;;
        esac
    else
        python_pick "$PYTHONS" ||
            die "no Python with venv found, of $PYTHONS. Install one (Debian: python3-venv), or name it: PYTHON=/path"
    fi
}

python_version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# python_folders: the folders of the interpreters that code of this collection is tested with, joined by colons. They go
# before pyenv's shims, which fail under ansible-test.
python_folders() {
    local version found folders=""
    for version in 3.9 3.10 3.11 3.12 3.13 3.14; do
        if found=$(python_pick "$version"); then
            folders+=":${found%/*}"
        fi
    done
    printf '%s\n' "${folders#:}"
}

# venv_make FOLDER PYTHON LOCK: a virtual environment with exactly what LOCK pins. Used again as long as the interpreter
# and the lock are the same and no package was added or lost; else made anew. False where that fails.
venv_make() {
    local folder=$1 python=$2 lock=$3 name=${3#"$ROOT"/} state clock start=$SECONDS
    if [ -f "$folder/complete" ] && state=$(venv_state "$folder" "$python" "$lock") &&
        [ "$state" = "$(cat "$folder/complete")" ]; then
        return 0
    fi
    log "Making ${folder#"$ROOT"/} ($("$python" -V), $name)"
    rm -rf "$folder"
    mkdir -p "$BUILD/tmp"
    while sleep 10 && kill -0 "$$"; do log "... still installing, $((SECONDS - start)) s"; done &
    clock=$!
    # --no-deps: the lock names every package, so nothing that it does not name can come in; "check" proves it.
    if ! (
        export TMPDIR=$BUILD/tmp # older versions of pip leave files there
        "$python" -m venv "$folder" &&
            user_pip "$folder/bin/python" install --no-compile --no-deps --requirement "$lock" &&
            user_pip "$folder/bin/python" check
    ) >"$BUILD/pip.log" 2>&1; then
        kill "$clock"
        cat "$BUILD/pip.log"
        log "What $name pins could not be installed (see above)."
        return 1
    fi
    kill "$clock"
    venv_state "$folder" "$python" "$lock" >"$folder/complete"
    log "Made in $((SECONDS - start)) s."
}

# venv_state FOLDER PYTHON LOCK: one line that changes when the environment has to be made anew. It is asked of the
# environment's own interpreter: where that does not start, there is no state.
venv_state() {
    "$1/bin/python" - "$@" 2>/dev/null <<'PYTHON'
import hashlib, os, sys, sysconfig
folder, python, lock = sys.argv[1:]
with open(lock, "rb") as file:
    digest = hashlib.sha256(file.read())
packages = [name for name in os.listdir(sysconfig.get_path("purelib")) if name != "__pycache__"]
for item in [folder, python, sys.version, *sorted(packages)]:
    digest.update(item.encode() + b"\0")
print(digest.hexdigest())
PYTHON
}

# ------------------------------------------------------------------------------------------------------------- checkout

# collection_copy PYTHON FOLDER: makes FOLDER hold the checkout's files (tracked or not, but not ignored), as a git
# repository of its own: ansible-test works only in …/ansible_collections/roma/connect, and asks git for the files.
collection_copy() {
    local python=$1 folder=$2
    git -C "$ROOT" ls-files >/dev/null || die "$ROOT is no git checkout."
    mkdir -p "$folder"
    git -C "$ROOT" ls-files -z --cached --others --exclude-standard | "$python" -c '
import filecmp, os, shutil, sys
source, target = sys.argv[1:]
names = [name for name in sys.stdin.read().split("\0") if name and os.path.lexists(os.path.join(source, name))]
wanted = set(names)
keep = (".git", os.path.join("tests", "output"))
for folder, folders, files in os.walk(target, topdown=False):
    inside = os.path.relpath(folder, target)
    inside = "" if inside == "." else inside
    if any(inside == one or inside.startswith(one + os.sep) for one in keep):
        continue
    for name in files + [one for one in folders if os.path.islink(os.path.join(folder, one))]:
        if os.path.join(inside, name) not in wanted:
            os.unlink(os.path.join(folder, name))
    if inside and not os.listdir(folder):
        os.rmdir(folder)
for name in names:
    old, new = os.path.join(source, name), os.path.join(target, name)
    if os.path.lexists(new):
        if not os.path.islink(old) and not os.path.islink(new) and filecmp.cmp(old, new):
            shutil.copymode(old, new)
            continue
        shutil.rmtree(new) if os.path.isdir(new) and not os.path.islink(new) else os.unlink(new)
    os.makedirs(os.path.dirname(new), exist_ok=True)
    shutil.copy2(old, new, follow_symlinks=False)
' "$ROOT" "$folder"
    [ -d "$folder/.git" ] || git -C "$folder" init --quiet
    git -C "$folder" add --all
}
