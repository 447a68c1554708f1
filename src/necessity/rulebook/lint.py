"""What a rule that loads can still get wrong: versions, sources, messages and the cases beside it.

Each check takes everything that is known about the rulebook and gives back its complaints; the tuple at the
end is the table of contents. What the loader and the condition language refuse (a path and an id that differ,
a citation that lacks something, an unknown name, types that do not fit) never comes this far.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from necessity.domain.decision import Answer, Outcome, SourceKind
from necessity.domain.funding import FundingKind
from necessity.parameters.source import Source
from necessity.rulebook.cases import CaseResult, Seen, case_files
from necessity.rulebook.check import check_rule
from necessity.rulebook.condition import Condition
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


class Complaint(NamedTuple):
    """One thing wrong with one rule."""

    rule: str
    """Id of the rule."""
    file: str
    """The file to mend."""
    line: int | None
    """Where in it; None where it is about something missing."""
    message: str
    """What is wrong, in one sentence."""
    next_step: str
    """What to do about it."""

    def __str__(self) -> str:
        """Write it on one line, the place first."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.next_step}"


class Checked(NamedTuple):
    """Everything the checks look at."""

    book: Rulebook
    conditions: dict[str, tuple[Condition, ...]]
    """By rule id: the conditions of its versions, then `applies` where it is written."""
    files: dict[str, Source]
    """The files of cases by the rule id they stand for."""
    results: dict[str, tuple[CaseResult, ...]]
    """What came out of the cases, by rule id."""

    def names(self, rule: Rule) -> set[str]:
        """List the facts and parameters a rule uses."""
        dated = {rule.dated_by} if rule.dated_by else set()
        return dated | {name for condition in self.conditions[rule.id] for name in condition.names}

    def complain(self, rule: str, message: str, next_step: str, *words: str, cases: bool = False) -> Complaint:
        """Make a complaint about a rule or its cases, at the line the words stand on."""
        source = self.files.get(rule) if cases else self.book.files.get(rule)
        file = source.name if source else rule.replace(".", "/") + (".cases.toml" if cases else ".toml")
        return Complaint(rule, file, source.line_of(*words) if source and words else None, message, next_step)


Check = Callable[[Checked], Iterator[Complaint]]


def lint(book: Rulebook, results: Iterable[CaseResult]) -> tuple[Complaint, ...]:
    """Check the whole rulebook.

    Args:
        book: The rulebook.
        results: What came out of all its cases, as `necessity.adjudication.cases.run_cases` gives it.

    Returns:
        Complaints in the order of files and lines; empty where all is well. A failed case is none: the
        results say so themselves.

    Raises:
        RulebookError: a condition outside the language, or a file of cases that is not TOML.
    """
    by_rule: dict[str, tuple[CaseResult, ...]] = dict.fromkeys(book.rules, ())
    for result in results:
        by_rule[result.case.rule] += (result,)
    conditions = {id: check_rule(book, rule) for id, rule in book.rules.items()}
    checked = Checked(book, conditions, case_files(book), by_rule)
    found = (complaint for check in CHECKS for complaint in check(checked))
    return tuple(sorted(found, key=lambda c: (c.file, c.line or 0, c.message)))


def funding_sources_without_example(payable: Iterable[str]) -> tuple[FundingKind, ...]:
    """List the kinds of funding source for which no example is payable.

    A kind that never is would only ever be tested for saying no.

    Args:
        payable: Kinds that some example shows payable.

    Returns:
        The others, own pocket left out: it never counts as payable.
    """
    seen = set(payable) | {FundingKind.OWN_POCKET}
    return tuple(kind for kind in FundingKind if kind not in seen)


def files_go_in_pairs(checked: Checked) -> Iterator[Complaint]:
    """Find rules without a file of cases, and files of cases without a rule."""
    for id in checked.book.rules:
        if id not in checked.files:
            yield checked.complain(id, f"{id} has no cases.", "Write them into this file.", cases=True)
    for id in checked.files:
        if id not in checked.book.files:
            step = "Name it after its rule, or remove it."
            yield checked.complain(id, f"There is no rule {id} for these cases.", step, cases=True)


def versions_do_not_overlap(checked: Checked) -> Iterator[Complaint]:
    """Find versions that end before they begin, and days on which two versions hold."""
    for rule in checked.book.rules.values():
        for version in rule.versions:
            if version.from_on and version.until_on and version.until_on < version.from_on:
                message = f"A version of {rule.id} ends before it begins."
                yield checked.complain(rule.id, message, "Turn its dates round.", "until", str(version.until_on))
        for first, second in zip(rule.versions, rule.versions[1:], strict=False):
            start = second.from_on or date.min
            if first.until_on is None or start <= first.until_on:
                message = f"Two versions of {rule.id} both hold on {start}."
                yield checked.complain(rule.id, message, "End the first the day before.", "from", str(start))


def gaps_have_a_reason(checked: Checked) -> Iterator[Complaint]:
    """Find days between two versions on which none holds, without a word why."""
    for rule in checked.book.rules.values():
        tables = checked.book.files[rule.id].content["version"]
        reasons = {table.get("from"): table.get("gap") for table in tables}
        for first, second in zip(rule.versions, rule.versions[1:], strict=False):
            if first.until_on is None or second.from_on is None or reasons[second.from_on]:
                continue
            if first.until_on + timedelta(days=1) < second.from_on:
                message = f"No version of {rule.id} holds between {first.until_on} and {second.from_on}."
                step = 'Close the gap, or say `gap = "why"` in the later version.'
                yield checked.complain(rule.id, message, step, "from", str(second.from_on))


def citations_are_used_once(checked: Checked) -> Iterator[Complaint]:
    """Find sources that no version rests on, ids used twice, and sources that say nothing."""
    for rule in checked.book.rules.values():
        tables: list[dict[str, Any]] = checked.book.files[rule.id].content.get("citation", [])
        cited = {citation.id for version in rule.versions for citation in version.citations}
        ids = [table["id"] for table in tables]
        for table in tables:
            id = table["id"]
            if id not in cited:
                message, step = f"No version of {rule.id} cites {id!r}.", "Cite it, or remove it."
                yield checked.complain(rule.id, message, step, "id", id)
            if not table["where"].strip() or not table["says"].strip():
                message, step = f"The citation {id!r} of {rule.id} is empty.", "Fill in `where` and `says`."
                yield checked.complain(rule.id, message, step, "id", id)
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            step = "Give each its own id."
            yield checked.complain(rule.id, f"Two citations of {rule.id} are called {id!r}.", step, "id", id)


def custom_never_refuses(checked: Checked) -> Iterator[Complaint]:
    """Find rules in force that refuse payment on nothing but custom: what nobody verified is no hard rule."""
    for rule in checked.book.rules.values():
        if not rule.decides or rule.if_not_met is not Outcome.NOT_PAYABLE:
            continue
        for version in rule.versions:
            if all(citation.kind is SourceKind.COMMON_PRACTICE for citation in version.citations):
                message = f"{rule.id} makes an expense not payable, but cites only common practice."
                step = "Cite law, guidance, a court or a payer's document; else let it pend, doubt or advise."
                yield checked.complain(rule.id, message, step, "citations")


def messages_name_facts_of_the_rule(checked: Checked) -> Iterator[Complaint]:
    """Find `{fact}` in messages that the rule does not use, and braces that hold no name."""
    for rule in checked.book.rules.values():
        names = checked.names(rule)
        for key, text in rule.messages.items():
            for match in _BRACES.finditer(text):
                if match[1] not in names:
                    message = f"The message `{key}` of {rule.id} names {match[0]}, which the rule does not use."
                    yield checked.complain(rule.id, message, f"It uses: {', '.join(sorted(names))}.", key)


def every_answer_has_a_case(checked: Checked) -> Iterator[Complaint]:
    """Find rules without a case for met, not met, unknown, and not applicable where `applies` is written."""
    for rule in _with_cases(checked):
        wanted = {Answer.MET, Answer.NOT_MET, Answer.UNKNOWN}
        wanted |= {Answer.NOT_APPLICABLE} if rule.applies else set()
        for answer in sorted(wanted - {result.case.then for result in checked.results[rule.id]}):
            message, step = f"{rule.id} has no case for {answer}.", f'Write one with then = "{answer}".'
            yield checked.complain(rule.id, message, step, cases=True)


def numbers_have_cases_on_both_sides(checked: Checked) -> Iterator[Complaint]:
    """Find comparisons with a number that come out the same in every case in which they have a say."""
    for rule in _with_cases(checked):
        for seen, side in _one_sided(checked, rule):
            if not seen.is_whole:
                message = f"In no case of {rule.id} is `{seen.sql}` {side}."
                yield checked.complain(rule.id, message, "Write a case on each side of the number.", cases=True)


def conditions_come_out_both_ways(checked: Checked) -> Iterator[Complaint]:
    """Find versions whose condition is never true, or never false, in the cases of their time."""
    for rule in _with_cases(checked):
        for seen, side in _one_sided(checked, rule):
            if seen.is_whole:
                which = f"Version {(seen.version or 0) + 1} of {rule.id}" if len(rule.versions) > 1 else rule.id
                message = f"{which} has no case in which its condition is {side}."
                yield checked.complain(rule.id, message, "Write one dated in its time.", cases=True)


def version_dates_have_cases_on_both_sides(checked: Checked) -> Iterator[Complaint]:
    """Find days on which a version begins or ends without a case before and one from then on."""
    for rule in _with_cases(checked):
        starts = {version.from_on for version in rule.versions if version.from_on}
        ends = {version.until_on + timedelta(days=1) for version in rule.versions if version.until_on}
        days = [result.case.on for result in checked.results[rule.id] if result.case.on]
        for change in sorted(starts | ends):
            for side, there in (
                ("before", any(d < change for d in days)),
                ("from", any(d >= change for d in days)),
            ):
                if not there:
                    message = f"{rule.id} changes on {change}, but no case is dated {side} that day."
                    yield checked.complain(rule.id, message, "Write one on each side.", cases=True)


def cases_set_only_what_the_rule_reads(checked: Checked) -> Iterator[Complaint]:
    """Find facts set in a case that the rule never reads: whoever wrote them thought they mattered."""
    for rule in _with_cases(checked):
        names = checked.names(rule)
        for result in checked.results[rule.id]:
            for name in sorted(set(result.case.known) - names):
                message = f"The case {result.case.name!r} sets {name}, which {rule.id} does not read."
                step = "Remove it; a derived fact is set by its own name."
                yield Complaint(rule.id, result.case.file, result.case.line, message, step)


def _with_cases(checked: Checked) -> Iterator[Rule]:
    """Walk over the rules that have a file of cases; the others are complained about once."""
    return (rule for rule in checked.book.rules.values() if rule.id in checked.files)


def _one_sided(checked: Checked, rule: Rule) -> Iterator[tuple[Seen, str]]:
    """Find the pieces of a rule that no case sees true, or none sees false."""
    pieces: dict[Seen, set[bool | None]] = {}
    for number, condition in enumerate(checked.conditions[rule.id]):
        version = number if number < len(rule.versions) else None
        pieces |= {Seen(sql, version, False): set() for sql in condition.numbers}
        pieces |= {Seen(condition.sql, version, True): set()} if version is not None else {}
    for result in checked.results[rule.id]:
        for seen, value in result.seen.items():
            pieces[seen].add(value)
    for seen, values in pieces.items():
        for value, side in ((True, "true"), (False, "false")):
            if value not in values:
                yield seen, side


CHECKS: tuple[Check, ...] = (
    files_go_in_pairs,
    versions_do_not_overlap,
    gaps_have_a_reason,
    citations_are_used_once,
    custom_never_refuses,
    messages_name_facts_of_the_rule,
    every_answer_has_a_case,
    numbers_have_cases_on_both_sides,
    conditions_come_out_both_ways,
    version_dates_have_cases_on_both_sides,
    cases_set_only_what_the_rule_reads,
)
"""The table of contents."""
