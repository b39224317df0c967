"""A page that is not shown, on whichever service: what it says instead."""


class Refusal(Exception):
    """What a reader is told in place of the page: with its status, its heading and its sentences."""

    def __init__(self, status: int, title: str, *says: str) -> None:
        super().__init__(title)
        self.status, self.title, self.says = status, title, says
