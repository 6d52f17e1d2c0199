# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids and credentials that look like the real ones."""

from __future__ import annotations

import base64
import random
import secrets
import string
import uuid


def project_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def resource_id() -> str:
    """Instances, applications, tasks and archives: a uuid with its dashes."""
    return str(uuid.uuid4())


def number() -> int:
    """Rules have numbers."""
    return random.SystemRandom().randrange(10**6)


def job_id() -> str:
    """32 hexadecimal digits, as in the vendor's example ff8080814dbd65d7014dbe0d84db0013."""
    return "ff808081" + secrets.token_hex(12)


def request_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def access_key() -> str:
    """20 capital letters and digits."""
    return "".join(random.SystemRandom().choices(string.ascii_uppercase + string.digits, k=20))


def secret_key() -> str:
    """40 letters and digits."""
    return "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=40))


def token() -> str:
    """A token of IAM: several kB, base64 of a signed message, which is why they all begin with MII."""
    return "MII" + base64.b64encode(secrets.token_bytes(2250)).decode("ascii")


def security_token() -> str:
    """The third part of temporary keys."""
    return base64.b64encode(secrets.token_bytes(450)).decode("ascii")
