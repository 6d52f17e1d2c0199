# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator over https, as the API is: it speaks nothing else, and its certificate is verified."""

from __future__ import annotations

import os
import pathlib

import certifi
import trustme

from ansible_collections.roma.connect.tests.simulator import Simulator


class HttpsSimulator(Simulator):
    """The simulator with a certificate.

    :arg folder: for its files.
    """

    def __init__(self, folder: str) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        chain, key, self.ca_path = (os.path.join(folder, name) for name in ("server.pem", "server.key", "trusted.pem"))
        pathlib.Path(chain).write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(key)
        # The public authorities, too, as on any machine: to read them is a part of what a question costs.
        pathlib.Path(self.ca_path).write_bytes(pathlib.Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        super().__init__(tls=(chain, key))

    def options(self, credentials: str = "token") -> dict[str, str]:
        return {**super().options(credentials), "ca_path": self.ca_path}
