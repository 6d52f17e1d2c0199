# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may call: the account, its keys and tokens, and the locks after too many refusals."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import ids
from .clock import Clock
from .settings import Settings


@dataclass
class Key:
    """An access key; a temporary one has a security token and, from the agency, an end (seconds since 1970)."""

    access_key: str
    secret_key: str
    user: str
    security_token: str | None = None
    expires: float | None = None


@dataclass
class Token:
    """A token of IAM; times in seconds since 1970."""

    value: str
    user: str
    issued: float
    expires: float


class Locks:
    """Counts refusals in a row; after too many, the name is locked for a while [docs: more than 5, 5 minutes]."""

    def __init__(self, clock: Clock, after: int, seconds: float) -> None:
        self._clock = clock
        self._after = after
        self._seconds = seconds
        self._refusals: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def locked(self, name: str) -> bool:
        """Whether nobody gets in by this name just now."""
        if name in self._until and self._clock.monotonic() >= self._until[name]:
            self.passed(name)
        return name in self._until

    def refused(self, name: str) -> None:
        """One refusal more."""
        self._refusals[name] = self._refusals.get(name, 0) + 1
        if self._refusals[name] > self._after:
            self._until[name] = self._clock.monotonic() + self._seconds

    def passed(self, name: str) -> None:
        """Only refusals in a row count."""
        self._refusals.pop(name, None)
        self._until.pop(name, None)

    def names(self) -> list[str]:
        """The names that are locked."""
        return [name for name in list(self._until) if self.locked(name)]


@dataclass
class Account:
    """One account with one project and one IAM user."""

    project_id: str = field(default_factory=ids.project_id)
    project_name: str = ""
    domain_name: str = "sim-account"
    username: str = "sim-user"
    password: str = field(default_factory=lambda: "Sim-" + ids.secret_key()[:12])
    key: Key = field(init=False)
    temporary: Key = field(init=False)
    auth_token: str = field(default_factory=ids.token)

    def __post_init__(self) -> None:
        self.key = Key(ids.access_key(), ids.secret_key(), self.username)
        self.temporary = Key(ids.access_key(), ids.secret_key(), self.username, ids.security_token())


class Credentials:
    """What is valid just now. Made anew at a reset, from the same account."""

    def __init__(self, account: Account, settings: Settings, clock: Clock) -> None:
        self._account = account
        self._settings = settings
        self._clock = clock
        self.keys = {key.access_key: key for key in (account.key, account.temporary)}
        self.tokens: dict[str, Token] = {}
        self.metadata_tokens: dict[str, float] = {}
        self.key_locks = Locks(clock, settings.lock_after, settings.lock_seconds)
        self.user_locks = Locks(clock, settings.lock_after, settings.lock_seconds)
        self.issue_token(account.auth_token)

    def issue_token(self, value: str | None = None) -> Token:
        """A new token of the user; it does not end the old ones."""
        now = self._clock.time()
        token = Token(value or ids.token(), self._account.username, now, now + self._settings.token_seconds)
        self.tokens[token.value] = token
        return token

    def issue_agency_key(self) -> Key:
        """Temporary keys of the machine's agency, which is a user of its own."""
        expires = self._clock.time() + self._settings.agency_seconds
        key = Key(ids.access_key(), ids.secret_key(), "agency", ids.security_token(), expires)
        self.keys[key.access_key] = key
        return key

    def expire_tokens(self) -> int:
        """End every token issued so far; returns how many."""
        now = self._clock.time()
        alive = [token for token in self.tokens.values() if token.expires > now]
        for token in alive:
            token.expires = now
        return len(alive)
