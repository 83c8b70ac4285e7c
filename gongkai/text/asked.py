"""What an address or a posted field asks for, when that should be a number."""


def number_in(text: str | None) -> int | None:
    """The whole number `text` is, as a key or a page is written; None for anything else.

    `str.isdigit` also takes ² and １, and a column holds no more than eighteen digits.
    """
    return int(text) if text and len(text) <= 18 and text.isascii() and text.isdigit() else None
