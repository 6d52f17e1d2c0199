# Copyright: (c) 2026, roma.connect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's errors: one exception, and the shapes in which gateway, service and IAM tell them."""

from __future__ import annotations

from typing import Any

#: Texts of the service [docs, error codes of public resource APIs]; where the vendor's wording was not found, ours.
TEXTS = {
    "ROMA.1000": "There is no token in the request.",
    "ROMA.1002": "Incorrect token.",
    "ROMA.1006": "No permission for this operation.",
    "ROMA.10010": "The job could not be created.",
    "ROMA.10011": "The file could not be decompressed.",
    "ROMA.10012": "An asset management task is already running. Try again after it is complete.",
    "ROMA.10013": "The file format is incorrect. Only .zip is supported; the name starts with a letter or digit and "
    "contains letters, digits and the special characters + - _ only.",
    "ROMA.13000": "Invalid parameters.",
    "ROMA.00014002": "The instance does not exist.",
    # The vendor documents no 404 for assets; this code is the simulator's own choice.
    "ROMA.00000404": "The resource does not exist.",
    "ROMA.00000101": "Forbidden.",
}

#: What edition 2022 adds to an error.
SUGGESTION = "Check the request, or contact the administrator."


class ApiError(Exception):
    """An answer that is an error. `gateway`: told in the gateway's shape; `iam`: in IAM's."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str | None = None,
        details: str | None = None,
        layer: str = "service",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.message = TEXTS.get(code, code) if message is None else message
        self.details = details
        self.layer = layer
        self.headers = headers or {}
        super().__init__(f"{status} {code}: {self.message}")

    def body(self, request_id: str, edition: str) -> dict[str, Any]:
        """The JSON of this error."""
        if self.layer == "iam":
            return {"error": {"code": self.status, "message": self.message, "title": self.code}}
        if self.layer == "gateway":
            return {"error_msg": self.message, "error_code": self.code, "request_id": request_id}
        body = {
            "error_code": self.code,
            "error_msg": self.message,
            "error_details": self.details or self.message,
            "request_id": request_id,
        }
        if edition == "2022":
            body["suggestion"] = SUGGESTION
        return body


def unauthenticated(text: str) -> ApiError:
    """A refusal by the gateway."""
    return ApiError(401, "APIGW.0301", "Incorrect IAM authentication information: " + text, layer="gateway")


def not_found(what: str) -> ApiError:
    """A resource of an instance that is not there."""
    return ApiError(404, "ROMA.00000404", details=f"{what} does not exist.")


def invalid(details: str) -> ApiError:
    """A parameter that cannot be taken."""
    return ApiError(400, "ROMA.13000", details=details)
