"""The ways in which Telegram says no, worded as tdlib/telegram-bot-api words them (Client.cpp)."""

from __future__ import annotations

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
}


class Refusal(Exception):
    """A call that Telegram does not accept: HTTP status, description, and the parameters of the answer, if any."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, object]:
        body: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


def bad_request(message: str, **parameters: int) -> Refusal:
    return Refusal(400, worded(400, message), **parameters)


def forbidden(message: str) -> Refusal:
    return Refusal(403, worded(403, message))


def conflict(message: str) -> Refusal:
    return Refusal(409, worded(409, message))


def too_many(retry_after: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def worded(status: int, message: str) -> str:
    """Prefix and first letter as the real server sets them: codes in capitals stay, sentences begin small."""
    is_code = len(message) > 1 and (message[1] == "_" or message[1].isupper())
    return f"{PREFIXES[status]}: {message if is_code else message[:1].lower() + message[1:]}"
