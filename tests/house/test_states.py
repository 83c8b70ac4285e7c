"""House test 5: a state is assigned only in actions.py."""

import ast

from .tree import complain, parsed, python_files, shown

NAMES = {"state", "status", "stage"}
# actions: where verbs live. demo: its set-based generator writes past years in bulk, and one test shows it gives
# what the actions give. reading: what a paper says in its own 状态 column is no record's state.
ALLOWED = {"actions", "demo", "reading"}


def _may(path) -> bool:
    return path.stem in ALLOWED or bool(ALLOWED & set(path.parts))


def assigned_states():
    for path in python_files():
        if _may(path):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
                targets = [node.target]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
                for keyword in node.keywords:
                    if keyword.arg in NAMES:
                        yield f"{shown(path)}:{node.lineno} .update({keyword.arg}=…)"
                continue
            else:
                continue
            for target in targets:
                for part in ast.walk(target):
                    if not (isinstance(part, ast.Attribute) and part.attr in NAMES and isinstance(part.ctx, ast.Store)):
                        continue
                    # `self.status = …` inside a plain class is an attribute of its own, not a record's state.
                    if isinstance(part.value, ast.Name) and part.value.id == "self" and path.stem != "models":
                        continue
                    yield f"{shown(path)}:{node.lineno} assigns .{part.attr}"


def test_a_state_is_assigned_only_in_actions():
    complain(
        list(assigned_states()),
        "a state that changes outside an action leaves no audit row and skips the objections the law has.",
        "write a verb in the room's actions.py (hold, refuse_if, change, record) and call it.",
    )
