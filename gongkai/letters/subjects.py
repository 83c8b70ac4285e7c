"""What letters may be about: a room above names its model and the page of a record."""

_pages: dict[str, str] = {}


def letters_about(kind: str, page: str) -> None:
    """Let letters be written about records of `kind` ("foi.Application"), whose page is at the named address."""
    _pages[kind] = page


def page_of(kind: str) -> str:
    return _pages.get(kind, "")
