"""House test 4: every model's Chinese name is in the glossary, with the English word the class is called by."""

import re

from django.apps import apps

from .tree import ROOT, complain

GLOSSARY = ROOT / "docs" / "glossary.md"


def rows() -> dict[str, set[str]]:
    """Chinese term -> the English words joined to it, lower case."""
    found: dict[str, set[str]] = {}
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 2 or set(cells[0]) <= {"-", ":", " "} or cells[0] == "中文":
            continue
        english = {word.strip().strip("`").lower() for word in re.split(r" / |、|, ", cells[1])}
        for term in re.split(r" / |、", cells[0]):
            found.setdefault(re.sub(r"（.*?）", "", term).strip(), set()).update(english)
    return found


def our_models():
    for config in apps.get_app_configs():
        if config.name.startswith("gongkai."):
            yield from config.get_models()


def words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def test_every_model_is_in_the_glossary():
    glossary = rows()
    troubles = []
    for model in our_models():
        chinese = str(model._meta.verbose_name)
        if not re.search(r"[\u4e00-\u9fff]", chinese):
            troubles.append(f"{model.__module__}.{model.__name__} has no Chinese verbose_name（现为“{chinese}”）")
        elif chinese not in glossary:
            troubles.append(f"{model.__module__}.{model.__name__}: “{chinese}” is not in docs/glossary.md")
        elif words(model.__name__) not in glossary[chinese]:
            said = "、".join(sorted(glossary[chinese]))
            troubles.append(f"{model.__name__}: the glossary calls “{chinese}” {said}, the class says {words(model.__name__)}")
    complain(
        troubles,
        "the glossary is what joins the screen, the law and the code: one Chinese term, one English word.",
        "add the row to docs/glossary.md before the class, and use its word for class, URL, template folder and CSS.",
    )


def test_no_term_stands_twice_in_the_glossary():
    terms = [
        line.strip("|").split("|")[0].strip()
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("|-", "| 中文"))
    ]
    twice = sorted({term for term in terms if terms.count(term) > 1})
    complain(twice, "two rows for one term sooner or later say two things.", "merge the rows.")
