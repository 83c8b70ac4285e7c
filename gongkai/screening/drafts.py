"""Drafts of what people hand over: a file that was read, a text that was pasted."""

from gongkai.exchange.blocks import Paragraph, Source

from .rules import Draft, Passage


def draft_of(source: Source) -> Draft:
    """The blocks of a file as passages; each is named by the place it was found (第15行, 表1)."""
    passages = []
    for number, block in enumerate(source.blocks, 1):
        path = f"body/{number}"
        if isinstance(block, Paragraph):
            passages.append(Passage(path, block.place, block.text, "heading" if block.level else "text"))
        else:
            # A merged cell counts once: its text at every place it covers would be added several times.
            passages.append(Passage(path, block.place, kind="table", rows=block.rows(carry=False)))
    return Draft(passages)


def draft_of_text(text: str, title: str = "") -> Draft:
    """A pasted text: every line that is not blank is a passage."""
    lines = [line for line in text.splitlines() if line.strip()]
    head = [Passage("title", "标题", title)] if title.strip() else []
    return Draft([*head, *(Passage(f"body/{number}", f"正文第{number}段", line) for number, line in enumerate(lines, 1))])
