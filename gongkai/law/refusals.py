"""How a verb says no: with the objections that stand against it."""

from collections.abc import Sequence

from .objections import Objection


class Refused(Exception):
    """A verb was refused; `objections` say why in Chinese, each with its basis. Nothing was changed."""

    def __init__(self, objections: Sequence[Objection]):
        self.objections = tuple(objections)
        super().__init__("；".join(objection.sentence for objection in self.objections))


def refuse_if(objections: Sequence[Objection]) -> None:
    """Stop with `Refused` when there is anything to object."""
    if objections:
        raise Refused(objections)
