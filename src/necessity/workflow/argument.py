"""Build the argument from what guided exercise changes and saves: paragraphs with sources, for letters and appeals.

It speaks only where the evidence library does, never of what one person will gain, and names who decides.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from necessity.domain.case import Case
from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import Condition
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind
from necessity.parameters.evidence import ConditionEvidence, Entry, Evidence, Study
from necessity.rulebook.argument import ArgumentWords
from necessity.rulebook.words import words

_SIGNS = {"USD": "$", "CAD": "CA$", "EUR": "€", "GBP": "£"}


class Paragraph(Record):
    """One paragraph, ready for a letter."""

    part: str
    """opening, effect, advice, saving, caveat, no_saving or closing."""
    text: str
    """The whole paragraph, its source markers such as [1] at the end."""
    plain: str
    """The finding alone, in one plain sentence; empty where the text is that already."""
    cites: tuple[int, ...] = ()
    """Numbers of its sources."""


class Amount(Record):
    """What one study of costs comes to. Amounts are never added up."""

    result: str
    """saves, lower_costs or worth_its_cost."""
    whose: str
    """Whose money."""
    value_cents: int | None
    """The amount in hundredths of the currency; None where the study gives none."""
    low_cents: int | None
    """Low end of the range."""
    high_cents: int | None
    """High end of the range."""
    currency: str
    """Of what; empty without an amount."""
    per: str
    """Per what; empty without an amount."""
    cites: tuple[int, ...]
    """Numbers of its sources."""


class ConditionArgument(Record):
    """The argument for one condition."""

    evidence: str
    """Id of the condition in the library."""
    name: str
    """What the condition is called."""
    codes: tuple[str, ...]
    """The codes of the case that led here; empty where a heart event did."""
    paragraphs: tuple[Paragraph, ...]
    """What to say, in order."""
    amounts: tuple[Amount, ...]
    """What studies of costs come to; empty where nothing solid was found."""


class NumberedSource(Record):
    """One source in the list at the end."""

    number: int
    """Its marker in the text."""
    kind: str
    """What kind of study or paper."""
    text: str
    """Authors, title, journal."""
    identifiers: tuple[str, ...]
    """How to look it up."""
    seen_at: tuple[str, ...]
    """Where it was read."""
    read_on: date
    """When it was read."""


class SendTo(Record):
    """Whom to send the argument to, for one funding source."""

    funding_source: str
    """Id of the funding source."""
    kind: str
    """Its kind."""
    who: str
    """Whom to send it to."""
    how: str
    """What to send and ask."""
    limit: str
    """What it cannot do there."""
    decided_by: str
    """Who has the last word."""
    citations: tuple[Citation, ...]
    """Where that is said."""


class Argument(Record):
    """Everything the evidence lets us say for a case."""

    case: str
    """The case."""
    services: tuple[ServiceKind, ...]
    """What is to be paid, as far as the record says."""
    conditions: tuple[ConditionArgument, ...]
    """One argument a condition that the library knows."""
    notes: tuple[str, ...]
    """What is open, and the conditions for which nothing is said, with the reason."""
    sources: tuple[NumberedSource, ...]
    """Every source, by number."""
    send_to: tuple[SendTo, ...]
    """Whom to send it to, by funding source."""
    notice: str
    """What this is not."""


def argue(case: Case, library: Evidence, say: ArgumentWords) -> Argument:
    """Build the argument for every condition of a case that the library knows.

    Args:
        case: The record.
        library: What is known, from `load_evidence`.
        say: The words, from `argument_words`.

    Returns:
        The argument; without conditions where nothing solid is known, and then the notes say why.
    """
    services = services_of(case)
    numbers: dict[tuple[str, ...], int] = {}
    studies: list[Study] = []
    argued, silent = [], []
    for evidence, codes in _matched(case, library):
        entries = [e for e in evidence.entries if not services or set(e.services) & set(services)]
        if entries:
            for study in (s for entry in entries for s in entry.studies):
                if study.identifiers not in numbers:
                    numbers[study.identifiers] = len(numbers) + 1
                    studies.append(study)
            argued.append(_condition(evidence, codes, entries, numbers, say))
        else:
            named = ", ".join(words().service[service] for service in services)
            text = say.nothing["not_service"]
            silent.append(text.format(name=evidence.name, code=", ".join(codes), services=named))
    return Argument(
        case=case.id,
        services=services,
        conditions=tuple(argued),
        notes=(*_notes(case, library, say), *silent),
        sources=tuple(_numbered(number, study) for number, study in enumerate(studies, 1)),
        send_to=tuple(_send_to(case.funding_sources, say)) if argued else (),
        notice=words().notice,
    )


def services_of(case: Case) -> tuple[ServiceKind, ...]:
    """List what is to be paid, from the wish, the sessions, the packages and the expenses of a case."""
    named = [case.service] if case.service else []
    named += [ServiceKind.PERSONAL_TRAINING] if case.sessions else []
    named += [package.kind for package in case.packages] + [expense.kind for expense in case.expenses]
    return tuple(dict.fromkeys(named))


def _known(condition: Condition, library: Evidence) -> list[ConditionEvidence]:
    return [evidence for evidence in library.values() if condition.code and evidence.stands_for(condition.code)]


def _matched(case: Case, library: Evidence) -> list[tuple[ConditionEvidence, tuple[str, ...]]]:
    """Pair what the library knows with the codes of the case that lead to it; a heart event needs no code."""
    codes: dict[str, list[str]] = {}
    for condition in case.conditions:
        for evidence in _known(condition, library) if condition.is_diagnosed is not False else []:
            codes.setdefault(evidence.id, []).append(condition.code or "")
    for event in case.cardiac_events:
        for evidence in library.values():
            if event.kind in evidence.events:
                codes.setdefault(evidence.id, [])
    return [(library[id], tuple(dict.fromkeys(found))) for id, found in codes.items()]


def _notes(case: Case, library: Evidence, say: ArgumentWords) -> Iterator[str]:
    """Say what is open of each condition, or why nothing is said of it."""
    if not case.conditions and not case.cardiac_events:
        yield say.nothing["no_condition"]
    for condition in case.conditions:
        name = condition.name or condition.code or condition.id
        if condition.is_diagnosed is False:
            yield say.nothing["not_diagnosed"].format(name=name)
        elif not condition.code:
            yield say.nothing["no_code"].format(name=name)
        elif not _known(condition, library):
            yield say.nothing["not_held"].format(name=name, code=condition.code)
        elif condition.is_diagnosed is None:
            yield say.nothing["unknown_diagnosis"].format(name=name)


def _condition(
    evidence: ConditionEvidence,
    codes: tuple[str, ...],
    entries: list[Entry],
    numbers: dict[tuple[str, ...], int],
    say: ArgumentWords,
) -> ConditionArgument:
    said = f" ({'code' if len(codes) == 1 else 'codes'} {', '.join(codes)})" if codes else ""
    opening = say.paragraph["opening"].format(plain=evidence.plain, codes=said)
    paragraphs = [Paragraph(part="opening", text=opening, plain="")]
    amounts = []
    for entry in entries:
        cites = tuple(numbers[study.identifiers] for study in entry.studies)
        paragraphs += _paragraphs(entry, cites, say)
        if entry.part == "saving":
            amounts.append(_amount(entry, cites))
    if not amounts:
        elsewhere = any(entry.part == "saving" for entry in evidence.entries)
        text = say.paragraph["other_saving" if elsewhere else "no_saving"]
        paragraphs.append(Paragraph(part="no_saving", text=text, plain=""))
    paragraphs.append(Paragraph(part="closing", text=say.paragraph["closing"], plain=""))
    return ConditionArgument(
        evidence=evidence.id, name=evidence.name, codes=codes, paragraphs=tuple(paragraphs), amounts=tuple(amounts)
    )


def _paragraphs(entry: Entry, cites: tuple[int, ...], say: ArgumentWords) -> Iterator[Paragraph]:
    marks = "".join(f" [{number}]" for number in cites)
    scale = say.scale["ours" if entry.scale == "ours" else "other"]
    filled = {
        **entry._asdict(),
        "strength": scale.format(strength=entry.strength, scale=entry.scale),
        "figure": figure(entry) if entry.part == "effect" else "",
        "amount": amount_words(entry, say) if entry.part == "saving" else "",
    }
    text = say.paragraph[entry.part].format(**filled) + marks
    yield Paragraph(part=entry.part, text=text, plain=entry.says, cites=cites)
    if entry.caveat:
        caveat = say.paragraph["caveat"].format(caveat=entry.caveat)
        yield Paragraph(part="caveat", text=caveat + marks, plain=entry.caveat, cites=cites)


def _amount(entry: Entry, cites: tuple[int, ...]) -> Amount:
    return Amount(
        result=entry.result,
        whose=entry.whose,
        value_cents=entry.value_cents,
        low_cents=entry.low_cents,
        high_cents=entry.high_cents,
        currency=entry.currency,
        per=entry.per,
        cites=cites,
    )


def _number(value: Decimal) -> str:
    return str(value).replace("-", "−")


def figure(entry: Entry) -> str:
    """Write an effect with its unit and interval, such as `−0.67 percentage points (95 % interval −0.84 to −0.49)`."""
    if entry.value is None:
        return ""
    interval = ""
    if entry.low is not None and entry.high is not None:
        interval = f" (95 % interval {_number(entry.low)} to {_number(entry.high)})"
    return f"{_number(entry.value)} {entry.unit}{interval}"


def money(cents: int, currency: str) -> str:
    """Write an amount of a study's currency; hundredths only where there are some.

    Examples:
        >>> money(528000, "USD"), money(12185, "USD"), money(641200, "EUR")
        ('$5,280', '$121.85', '€6,412')
    """
    whole, rest = divmod(cents, 100)
    return f"{_SIGNS[currency]}{whole:,}" + (f".{rest:02}" if rest else "")


def amount_words(entry: Entry, say: ArgumentWords) -> str:
    """Say what a study of costs comes to: the amount with its range, or the direction alone."""
    range_ = ""
    if entry.low_cents is not None and entry.high_cents is not None:
        range_ = f"{money(entry.low_cents, entry.currency)} to {money(entry.high_cents, entry.currency)}"
    if entry.value_cents is not None:
        found = money(entry.value_cents, entry.currency) + (f" (range {range_})" if range_ else "")
    else:
        found = range_
    if not found:
        return say.result["no_amount" if entry.result == "worth_its_cost" else entry.result]
    return f"{say.result[entry.result].format(amount=found)}, for each {entry.per}"


def _numbered(number: int, study: Study) -> NumberedSource:
    text = f"{study.authors.removesuffix('.')}. {study.title}. {study.journal}."
    return NumberedSource(
        number=number,
        kind=study.kind,
        text=text,
        identifiers=study.identifiers,
        seen_at=study.seen_at,
        read_on=study.read_on,
    )


def _send_to(held: tuple[FundingSource, ...], say: ArgumentWords) -> Iterator[SendTo]:
    """Name whom to send it to for each source the person has; one the person lacks or nobody decides gets none."""
    for source in held:
        addressee = say.addressee(source.kind) if source.held else None
        if addressee:
            yield SendTo(
                funding_source=source.id,
                kind=source.kind,
                who=addressee.who,
                how=addressee.how,
                limit=addressee.limit,
                decided_by=words().funding[FundingKind(source.kind)].decided_by,
                citations=addressee.citations,
            )
