"""What a request can ask for in vain."""

import uuid


class NotFoundError(LookupError):
    def __init__(self, kind: str, id: uuid.UUID) -> None:
        super().__init__(f"there is no {kind} {id}")


class ConflictError(ValueError):
    """The request was sound but clashes with what is stored."""
