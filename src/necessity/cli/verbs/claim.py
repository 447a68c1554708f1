"""`necessity claim`: one claim of a case, checked and written in one form."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.cli.keyed_file import keyed_texts
from necessity.cli.message_home import write_message
from necessity.cli.sheet import Sheet, source_words
from necessity.cli.show_letter import chosen_source, write_file
from necessity.cli.show_outbox import show_messages
from necessity.codesets.icd10cm.book import shipped
from necessity.codesets.procedures.tables import NOTICE
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.case import Case, ListName
from necessity.domain.claim import FiledBy, Frequency
from necessity.domain.claim_paper import is_cpt
from necessity.domain.decision import Finding, Outcome
from necessity.domain.money import dollars
from necessity.domain.sent_message import SentMessage
from necessity.errors import SettingError, StoreError
from necessity.formats.registry import claim_format
from necessity.stores.folder import paper_path
from necessity.workflow.claim_forms import STOPPED, ClaimForm, is_stopped
from necessity.workflow.draft_claim import ClaimRange
from necessity.workflow.prepare_claim import ClaimWish, Prepared, PreparedClaim, prepare_claim
from necessity.workflow.write_claim import Around, Sender, form_findings, write_claims

_SIGNS = {Outcome.NOT_PAYABLE: "✘", Outcome.PENDED: "?", Outcome.REVIEW: "⚖", None: "i"}
_DRAFTED = (ClaimForm.CMS1500, ClaimForm.CMS1500_PRINT)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_DAYS = 4
_SENDER_KEYS = ("sender_id", "receiver_id", "receiver_name", "name", "contact", "phone")


class Sent(StrEnum):
    """Who sends the claim."""

    MEMBER = "member"
    PROVIDER = "provider"
    OUTSIDE_PROVIDER = "outside-provider"


class Rule(StrEnum):
    """Whose rule of counting units."""

    CMS = "cms"
    AMA = "ama"


Form = Literal["statement", "superbill", "cms1500", "cms1500-print", "837p", "fhir", "fax-cover"]
Again = Literal["1", "7", "8"]


def claim(
    case: Path,
    *,
    as_: Annotated[Form, Parameter(name="--as")],
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    claim: str | None = None,
    to: str | None = None,
    first: Annotated[str | None, Parameter(name="--from")] = None,
    until: str | None = None,
    number: str | None = None,
    frequency: Again = "1",
    replaces: str | None = None,
    rule: Rule | None = None,
    filed_by: Sent | None = None,
    fax: str | None = None,
    pages: int | None = None,
    shift_right: float = 0.0,
    shift_down: float = 0.0,
    sender: Path | None = None,
    control_number: int | None = None,
    test: bool = False,
    anyway: bool = False,
    save: bool = False,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write one claim in one form, after a check of everything that makes a payer turn it back.

    With --claim it is the recorded one; with --to it is drafted from the sessions of a range of days. Something that
    stops the claim keeps the 837P and both kinds of CMS-1500 from being written.

    Parameters
    ----------
    case
        The case folder.
    as_
        statement, superbill, cms1500 (copy to read), cms1500-print (for the red form), 837p, fhir or fax-cover.
    output
        The file to write.
    claim
        Id of a claim in the record.
    to
        The funding source to draft for, by id, payer or kind.
    first
        First day of service; from the beginning if left out.
    until
        Last day of service; up to the day of the draft if left out.
    number
        Number of the drafted claim, at most 14 characters for the CMS-1500; made from source and day if left out.
    frequency
        1 first claim, 7 replaces, 8 voids an earlier one.
    replaces
        The payer's number of the claim that is replaced or voided.
    rule
        Whose rule of counting units the payer follows: cms or ama; unknown if left out.
    filed_by
        Who sends it: member, provider or outside-provider; as the record says, else the member.
    fax
        The payer's fax number, for the cover.
    pages
        Pages of the fax with its cover.
    shift_right
        Inches by which the print for the red form is moved to the right; less than nothing moves it to the left.
    shift_down
        Inches by which it is moved down; less than nothing moves it up.
    sender
        A TOML file that says who sends the 837P and to whom.
    control_number
        Number of the 837P's interchange, never the same twice to one receiver; the next free one if left out.
    test
        Mark the 837P as a test.
    anyway
        Write a CMS-1500 although something stops it, marked as a draft.
    save
        Keep the drafted claim in the case folder.
    on
        The day to check for and to print; today if left out.
    as_json
        One JSON document instead of words.
    """
    day, form = wiring.today(on), ClaimForm(as_)
    record = wiring.read_case(case)
    wish = _wish(record, form, claim, to, first, until, number, frequency, replaces, rule, filed_by)
    around = Around(
        moment=datetime.combine(day, time(0, 0)),
        right_inches=shift_right,
        down_inches=shift_down,
        fax=fax,
        pages=pages,
        sender=Sender(**keyed_texts(sender, "--sender", _SENDER_KEYS)) if sender else None,
        control_number=control_number,
        is_test=test,
    )
    with busy("Checking the claim"):
        prepared = prepare_claim(wiring.judge(), shipped(), record, wish, day)
    findings = _all_findings(form, prepared)
    stopped = prepared.refused or not prepared.claims or (form in STOPPED and is_stopped(findings))
    saved = _keep(case, record, prepared) if save else []
    files: list[Path] = []
    messages: tuple[SentMessage, ...] = ()
    if not stopped or (anyway and form in _DRAFTED and prepared.claims and not prepared.refused):
        claims = [_as_draft(one) for one in prepared.claims] if stopped else list(prepared.claims)
        papers = {number: content for one in claims for number, content in _papers_of(case, one)}
        around = around._replace(asks_codes=prepared.asks_codes, files=papers)
        if form is ClaimForm.X12_837P:
            keep = partial(_save_files, output)
            files, messages = write_message(case, record, claims, around, sender, keep)
        else:
            files = _save_files(output, write_claims(form, claims, around))
    if as_json:
        said = _document(form, prepared, findings, files, saved, stopped=stopped)
        print(json.dumps(said | {"messages": [one.model_dump(mode="json") for one in messages]}, indent=2))
    else:
        _show(form, prepared, findings, files, saved, stopped=stopped)
        kept = {*saved, *(one.id for one in record.claims)}
        show_messages(messages, [one.claim.id for one in prepared.claims if one.claim.id not in kept])
    return 1 if stopped or any(finding.effect for finding in findings) else 0


def _wish(
    record: Case,
    form: ClaimForm,
    recorded: str | None,
    to: str | None,
    first: str | None,
    until: str | None,
    number: str | None,
    frequency: Again,
    replaces: str | None,
    rule: Rule | None,
    filed_by: Sent | None,
) -> ClaimWish:
    """Turn what was typed into a wish."""
    sent = FiledBy(filed_by.replace("-", "_")) if filed_by else None
    counted = UnitRule(rule) if rule else None
    if recorded is not None and to is not None:
        raise SettingError(
            "--claim takes a claim from the record, --to drafts a new one.", "Give one of them.", setting="--claim"
        )
    if recorded is not None:
        return ClaimWish(form, recorded=recorded, filed_by=sent, rule=counted)
    source = chosen_source(record, to)
    wanted = ClaimRange(
        source.id if source else _only_source(record),
        first=_day(first, "--from"),
        last=_day(until, "--until"),
        claim=number,
        frequency=Frequency(frequency),
        replaces=replaces,
    )
    return ClaimWish(form, range=wanted, filed_by=sent, rule=counted)


def _only_source(record: Case) -> str:
    """Take the funding source where there is only one."""
    held = [source.id for source in record.funding_sources if source.held]
    if len(held) == 1:
        return held[0]
    raise SettingError(
        "For whom the claim is, is not said.",
        f"Give --to with one of: {', '.join(held) or 'none is in the record yet'}; or --claim with a recorded claim.",
        setting="--to",
    )


def _day(text: str | None, setting: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingError(
            f"{setting} is {text!r}, which is no date.", "Write it like 2026-06-30.", setting=setting
        ) from None


def _all_findings(form: ClaimForm, prepared: Prepared) -> list[Finding]:
    """Put what the form lacks behind what the check found, heaviest first."""
    order = list(_SIGNS)
    own = [] if prepared.refused else [found for one in prepared.claims for found in form_findings(form, one)]
    return sorted(dict.fromkeys((*prepared.findings, *own)), key=lambda one: order.index(one.effect))


def _papers_of(folder: Path, one: PreparedClaim) -> Iterator[tuple[str, bytes]]:
    """Fetch the papers that go along; one whose file is not there is announced only."""
    for number, file in one.papers:
        with suppress(StoreError):
            yield number, paper_path(folder, file).read_bytes()


def _as_draft(one: PreparedClaim) -> PreparedClaim:
    return one._replace(paper=one.paper.model_copy(update={"is_draft": True}))


def _save_files(output: Path, contents: tuple[bytes, ...]) -> list[Path]:
    """Write one file, or several with numbers before the ending."""
    several = len(contents) > 1
    files = [
        output.with_name(f"{output.stem}-{place}{output.suffix}") if several else output
        for place in range(1, len(contents) + 1)
    ]
    for file, content in zip(files, contents, strict=True):
        write_file(file, content)
    return files


def _keep(folder: Path, record: Case, prepared: Prepared) -> list[str]:
    """Keep the drafted claims in the case folder; one that is there already stays as it is."""
    from necessity.stores.edit import Change, set_fields

    kept = {one.id for one in record.claims}
    new = [one.claim for one in prepared.claims if one.claim not in record.claims]
    if taken := [one.id for one in new if one.id in kept]:
        raise SettingError(
            f"The record has a claim {taken[0]!r} already, and it is another one; nothing was saved.",
            "Give the draft another number with --number.",
            setting="--save",
        )
    changes: list[Change] = [(("claims", one.id), one) for one in new]
    if new and not record.claims and ListName.CLAIMS in record.complete:  # stated empty: no longer, yet still complete
        changes = [(("complete", "claims"), False), *changes, (("complete", "claims"), True)]
    if changes:
        set_fields(folder, changes)
    return [one.id for one in new]


def _document(
    form: ClaimForm, prepared: Prepared, findings: list[Finding], files: list[Path], saved: list[str], *, stopped: bool
) -> dict[str, Any]:
    return {
        "form": form.value,
        "files": [str(file) for file in files],
        "written": bool(files),
        "draft_only": bool(files) and stopped,
        "saved": saved,
        "claims": [
            {
                "id": one.claim.id,
                "funding_source": one.claim.funding_source,
                "filed_by": one.claim.filed_by or FiledBy.MEMBER,
                "frequency": one.paper.claim.frequency,
                "lines": len(one.paper.claim.lines),
                "total_cents": one.paper.claim.total_cents,
                "paid_cents": one.paper.claim.patient_paid_cents,
                "balance_cents": one.paper.balance_cents,
            }
            for one in prepared.claims
        ],
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def _show(
    form: ClaimForm, prepared: Prepared, findings: list[Finding], files: list[Path], saved: list[str], *, stopped: bool
) -> None:
    page = Sheet()
    title = claim_format(form).title
    if files:
        for file in files:
            page.line(f"{'?' if stopped else '✔'} {file}: {title}{', marked as a draft' if stopped else ''}", 0)
    else:
        page.line(f"✘ {title}: not written", 0)
    for one in prepared.claims:
        whole = one.paper.claim
        count = f"{len(whole.lines)} line{'' if len(whole.lines) == 1 else 's'}"
        amounts = f"{dollars(whole.total_cents)}, paid {dollars(whole.patient_paid_cents)}"
        page.line(f"claim {one.claim.id} to {whole.payer.name}: {count}, {amounts}")
    for name in saved:
        page.line(f"claim {name} is kept in the case folder as a draft")
    _show_findings(page, findings)
    if stopped and not files and form in _DRAFTED and not prepared.refused and prepared.claims:
        page.gap()
        page.line("→ Mend what is marked ✘. With --anyway it is written as a draft to look at, not to be filed.", 0)
    coded = (line.procedure_code for one in prepared.claims for line in one.paper.claim.lines)
    if files and any(is_cpt(code) for code in coded):
        page.gap()
        page.line(NOTICE, 0)


def _show_findings(page: Sheet, findings: list[Finding]) -> None:
    """Show what was found, heaviest first, each with what to do."""
    if not findings:
        return
    page.gap()
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.rule, finding.effect, _DAY.sub("", finding.message)), []).append(finding)
    for same in alike.values():
        page.item(_SIGNS[same[0].effect], f"{_message(same)}{_source(same[0])}")
        if same[0].next_step:
            page.line(f"→ {same[0].next_step}", 4)


def _message(same: list[Finding]) -> str:
    """Say once what was found on several days."""
    message = same[0].message
    if len(same) == 1:
        return message
    days = [day for one in same[1:] for day in _DAY.findall(one.message)[-1:]]
    more = f" and {len(days) - _MOST_DAYS} more days" if len(days) > _MOST_DAYS else ""
    return f"{message} The same holds for {', '.join(days[:_MOST_DAYS])}{more}."


def _source(finding: Finding) -> str:
    return f" ({source_words(finding.citations)})" if finding.citations else ""
