"""`necessity codes reason`: why a payer changed an amount, and what to do about it."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from necessity.cli.page import console, line
from necessity.codesets.adjustment_reasons import group, read_texts, reason, remark, words_of
from necessity.codesets.adjustment_reasons.tables import citations, edition, spelled


def _known(code: str, texts: Path | None) -> dict[str, Any]:
    """Put together what is known of a code."""
    licensed = read_texts(texts) if texts else None
    found, note, who = reason(code), remark(code), group(code)
    kind = "reason" if found else "remark" if note else "group" if who else "not_loaded"
    table = "remarks" if note and not found else "reasons"
    return {
        "code": spelled(code),
        "kind": kind,
        "words": who.words if who else words_of(code, licensed),
        "groups": {one: known.words for one in found.groups if (known := group(one))} if found else {},
        "only_groups": list(found.only) if found else [],
        "action": found.action if found else None,
        "next_step": found.step if found else None,
        "needs_remark": found.needs_remark if found else None,
        "is_alert": note.is_alert if note else None,
        "edition": edition(table).edition,
        "loaded_until": edition(table).loaded_until.isoformat(),
        "citations": [citation.model_dump(mode="json") for citation in citations(table)],
    }


def explain(
    code: str,
    *,
    texts: Annotated[Path | None, Parameter(name="--texts", env_var="NECESSITY_REASON_TEXTS")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say what a reason (50), remark (MA130) or group (CO) of a remittance stands for, and what to do next.

    Parameters
    ----------
    code
        The code as it stands in the remittance.
    texts
        A CSV file with your own licensed texts (code,description); they replace our words, nothing else.
    as_json
        One JSON document instead of words.
    """
    known = _known(code, texts)
    if as_json:
        print(json.dumps(known, ensure_ascii=False))
    else:
        _show(known)
    return 1 if known["kind"] == "not_loaded" else 0


def _show(known: dict[str, Any]) -> None:
    out = console()
    if known["kind"] == "not_loaded":
        line(out, f"? {known['code']}: {known['words']}.", 0)
        return
    line(out, f"✔ {known['kind']} {known['code']}: {known['words']}", 0)
    for code, words in known["groups"].items():
        line(out, f"usually with {code}: {words}")
    if known["only_groups"]:
        line(out, f"The list binds it to {', '.join(known['only_groups'])}; another group is a payer's habit.")
    if known["needs_remark"]:
        line(out, "It must stand with a remark code that is no mere alert.")
    if known["is_alert"]:
        line(out, "An alert: it informs, and never explains a refusal alone.")
    if known["next_step"]:
        line(out, f"→ {known['next_step']}", 0)
    line(out, f"Edition: {known['edition']}. The words are ours, the action too; the payer's own list decides.")
