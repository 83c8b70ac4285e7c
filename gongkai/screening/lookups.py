"""Where rooms below plug in what screening asks: whether a document is still in force, whether an address leads somewhere."""

from collections.abc import Callable

from .rules import Target, Validity

#: (office id, number of a document such as 青工信〔2022〕8号) to its validity; None when the room does not know it.
DocumentLookup = Callable[[int, str], Validity | None]
#: (office id, path of the public site) to what stands there; None when the room can't tell.
LinkLookup = Callable[[int, str], Target | None]

_documents: list[DocumentLookup] = []
_links: list[LinkLookup] = []


def document_lookup(asked: DocumentLookup) -> DocumentLookup:
    """Register a room's knowledge of documents. The first that knows a number is believed."""
    if asked not in _documents:
        _documents.append(asked)
    return asked


def link_lookup(asked: LinkLookup) -> LinkLookup:
    """Register a room's knowledge of addresses. A path is dead only if somebody says so and nobody knows it to be there."""
    if asked not in _links:
        _links.append(asked)
    return asked


def validity(office_id: int, number: str) -> Validity | None:
    return next((known for asked in _documents if (known := asked(office_id, number)) is not None), None)


def leads_to(office_id: int, path: str) -> Target | None:
    said = {known for asked in _links if (known := asked(office_id, path)) is not None}
    return next((target for target in Target if target in said), None)
