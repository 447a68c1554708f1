"""`necessity letter lint`: what one payer and the law would miss in a letter, and what cannot be true."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import FormatError, SettingError
from necessity.intake.letter.read import read_letter
from necessity.workflow.letter_lint.compare import OtherLetter
from necessity.workflow.letter_lint.result import LetterLint
from necessity.workflow.lint_letter import account, lint_letter

_MOST_BYTES = 25_000_000


def letter_lint(
    file: str,
    *,
    to: str | None = None,
    kind: FundingKind | None = None,
    case: Path | None = None,
    source: str | None = None,
    against: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    rules: Path | None = None,
    profiles: Path | None = None,
) -> int:
    """Check a letter of medical necessity before it is sent.

    Reads text, markdown, a PDF that holds text, or a draft of ours (JSON), and holds it against what one payer asks
    for, against the law, and, with --case, against the record. A clean letter is no promise: whoever pays decides.

    Parameters
    ----------
    file
        The letter; - reads text from standard input.
    to
        Id of the payer, such as fsafeds; the generic profile if left out.
    kind
        Kind of account, such as hra; the commonest the payer has if left out.
    case
        The case folder the letter belongs to.
    source
        With --case: id of the funding source in it; its first that asks for letters if left out.
    against
        Letters of other cases this one may have been copied from.
    on
        The day to look at it for, like 2026-06-30; today if left out.
    as_json
        One JSON document instead of words.
    rules
        An operator's folder with rules/, us/, payers/.
    profiles
        An operator's folder with payers/.
    """
    day = wiring.today(on)
    reading = read_letter(_text(file))
    others = [OtherLetter(path.name, read_letter(_text(str(path)))) for path in against or ()]
    record = wiring.read_case(case) if case else None
    judge = wiring.judge(rules, profiles)
    held = _source(record, source, to, kind) if record else None
    chosen = held or account(judge.book.parameters, to, kind)
    result = lint_letter(judge, reading, chosen, day, case=record, others=others)
    if as_json:
        print(json.dumps(_as_dict(result), indent=2, ensure_ascii=False))
    else:
        from necessity.cli.show_lint import show_lint

        show_lint(result)
    return 0 if result.is_good else 1


def _text(file: str) -> str:
    """Read a letter's text from wherever it stands.

    Raises:
        SettingError: there is no such file.
        FormatError: it is no text, and no PDF whose text can be read.
    """
    if file == "-":
        return sys.stdin.read()
    path = Path(file)
    if not path.is_file():
        raise SettingError(f"{file} is not a file.", "Name a letter, or - to paste its text.", setting="FILE")
    if path.stat().st_size > _MOST_BYTES:
        raise FormatError(f"{file} is larger than any letter.", "Name the letter itself.", format="letter")
    content = path.read_bytes()
    if content.lstrip()[:5] == b"%PDF-":
        from necessity.intake.letter.pdf_text import pdf_text

        return pdf_text(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(
            f"{file} is neither text in UTF-8 nor a PDF.",
            "Open it, copy its text, and give that: necessity letter lint - and paste.",
            format="letter",
        ) from None
    if text.lstrip().startswith("{"):
        from necessity.intake.letter.draft_text import draft_of, draft_text

        return draft_text(draft_of(text))
    return text


def _source(record: Case, id: str | None, to: str | None, kind: FundingKind | None) -> FundingSource | None:
    """Choose the funding source of a case: the one named, else the first that asks for letters and fits."""
    from necessity.workflow.letter_lint.wording import ACCOUNTS

    if id is None:
        fits = [one for one in record.funding_sources if one.held and one.kind in ACCOUNTS]
        fits = [one for one in fits if (to is None or one.payer == to) and (kind is None or one.kind is kind)]
        return fits[0] if fits else None
    named = next((one for one in record.funding_sources if one.id == id), None)
    if named is None:
        known = ", ".join(one.id for one in record.funding_sources) or "none"
        raise SettingError(f"The case has no funding source {id!r}.", f"It has: {known}.", setting="--source")
    return named


def _as_dict(result: LetterLint) -> dict[str, object]:
    findings = [{**one.model_dump(mode="json"), "source_kind": one.source_kind.value} for one in result.findings]
    return {
        "payer": result.payer,
        "payer_name": result.payer_name,
        "kind": result.kind.value,
        "on": str(result.on),
        "is_good": result.is_good,
        "score": {"met": result.met, "of": len(result.facts)},
        "facts": [fact.model_dump(mode="json") for fact in result.facts],
        "findings": findings,
    }
