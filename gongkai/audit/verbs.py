"""Every verb the log knows, with the Chinese sentence people read.

A sentence may name facts of the entry in braces: `将答复期限延长{days}个工作日`.
"""

import string

_verbs: dict[str, str] = {}


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "—"


def sentences(**named: str) -> None:
    """Register verbs: `sentences(foi__extended="延长答复期限{days}个工作日")` is the verb `foi.extended`."""
    for key, sentence in named.items():
        _verbs[key.replace("__", ".")] = sentence


def is_known(verb: str) -> bool:
    return verb in _verbs


def sentence(verb: str, facts: dict) -> str:
    """What the entry says in Chinese. An unregistered verb is an error at `record`, so this always finds one."""
    template = _verbs.get(verb, verb)
    return string.Formatter().vformat(template, (), _Known({k: v for k, v in facts.items()}))


def all_verbs() -> dict[str, str]:
    return dict(sorted(_verbs.items()))
