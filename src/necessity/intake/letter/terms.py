"""What is prescribed, how often, how long each time, for how long; and the statements payers look for."""

import re
from typing import NamedTuple

from necessity.domain.letter import VisitBasis
from necessity.domain.training import ServiceKind
from necessity.intake.letter.page import Page, Sentence
from necessity.intake.letter.reading import NOTHING, Read, Said
from necessity.intake.letter.words import kinds_of_service, patterns

_NUMBERS = {
    name: number
    for number, name in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "sixteen": 16, "eighteen": 18, "twenty": 20, "twenty-four": 24}
_LENGTH = re.compile(
    r"\b(?P<n>\d{1,3}|[a-z]+(?:-four)?)(?: ?\(\d{1,3}\))?[ -]*(?P<unit>weeks?|wks?|months?|mos?|mths?|years?|yrs?)\b",
    re.I,
)
_ORDERS = patterns("shapes.orders")[0]
_ONLY_DOSE = patterns("shapes.only_dose")[0]
"""Words that say how often and how long, never what."""
_DENIES = patterns("shapes.denies")[0]
"""Words of a clause that ties nothing: it says what is not."""


class Treatment(NamedTuple):
    """What is prescribed."""

    name: Read[str]
    kinds: tuple[ServiceKind, ...]
    is_described: Said


def treatment_of(page: Page) -> Treatment:
    """Read what is prescribed, behind a label first, else in the text."""
    kinds: dict[ServiceKind, Read[str]] = {}
    texts = [s for s in page.sentences if s.label in ("treatment", "frequency")] + [
        s
        for s in page.sentences
        if s.label not in ("treatment", "frequency", "signer", "signature", "credential", "trainer")
    ]
    for sentence in texts:
        if _is_heading(sentence):
            continue
        for kind, says in kinds_of_service():
            if found := says.search(sentence.text):
                kinds.setdefault(
                    ServiceKind(kind), Read[str](value=found[0], line=sentence.line_at(found.start()), words=found[0])
                )
    if kinds:
        name = next(iter(kinds.values()))
        return Treatment(name, tuple(kinds), Said(value=True, line=name.line, words=name.words))
    for field in page.under("treatment"):
        plain = _ONLY_DOSE.sub("", field.value).strip(" .,;x/-")
        if re.search(r"[a-z]{3}", plain, re.I) and not any(
            one.search(field.value) for one in patterns("letterhead.says")
        ):
            vague = any(pattern.match(plain) for pattern in patterns("treatment.vague.says"))
            name = Read[str](value=field.value, line=field.line, words=field.value)
            return Treatment(name, (), Said(value=not vague, line=field.line, words=field.value))
    for sentence in page.sentences:
        for pattern in patterns("treatment.vague.says"):
            if found := re.search(rf"\b{pattern.pattern}\b", sentence.text, re.I):
                return Treatment(
                    Read[str](), (), Said(value=False, line=sentence.line_at(found.start()), words=found[0])
                )
    return Treatment(Read[str](), (), NOTHING)


def _is_heading(sentence: Sentence) -> bool:
    """Whether a line is only a title or a subject, which prescribes nothing."""
    return (
        len(sentence.text) < 80
        and bool(re.match(r"^(?:re|subject|letter|statement|certificat\w+|to)\b", sentence.whole, re.I))
        and not sentence.text.endswith(".")
    )


def stated(page: Page, what: str, *, labels: tuple[str, ...] = ()) -> Said:
    """Read whether frequency, session length or duration stand in a letter.

    Returns:
        True with the words; false with words where these are too loose (`as needed`), else false without.
    """
    for field in page.under(what, *labels):
        if any(pattern.search(field.value) for pattern in patterns(f"{what}.labelled")) or _in_words(
            field.value, what, field.label
        ):
            return Said(
                value=True,
                line=field.line,
                words=f"{field.label}: {field.value}" if field.name != what else field.value,
            )
    for sentence in page.sentences:
        if found := _in_words(sentence.text, what, sentence.asked):
            return Said(value=True, line=sentence.line_at(found.start()), words=found[0].strip())
    return _too_loose(page, what)


def _in_words(text: str, what: str, asked: str) -> re.Match[str] | None:
    for pattern in patterns(f"{what}.says"):
        for found in pattern.finditer(text):
            if what == "duration" and (
                patterns("duration.not")[0].search(text[: found.start()]) or not _ORDERS.search(f"{asked} {text}")
            ):
                continue
            if what == "session_length" and patterns("session_length.not")[0].search(found[0]):
                continue
            if what == "frequency" and (
                re.search(
                    r"\b(?:minutes? (?:of|per|a|each|every)|hours? (?:of|per|a|each)|visits? to|pain|flare\w*"
                    r"|falls?|attacks?|cigarettes?|insulin|dose|mg)\b",
                    found[0],
                )
                or re.search(
                    r"\b(?:falls?|falling|flare\w*|woke|wakes|episodes?|attacks?|for years|measured"
                    r"|check\w*)\b[^,;]{0,15}$",
                    text[: found.start()],
                )
            ):
                continue
            return found
    return None


def _too_loose(page: Page, what: str) -> Said:
    if what == "session_length":
        return NOTHING
    vague = patterns(f"{what}.vague")[0]
    for field in page.under(what):
        return Said(value=False, line=field.line, words=field.value)
    for sentence in page.sentences:
        if _ORDERS.search(sentence.text) and (found := vague.search(sentence.text)):
            return Said(value=False, line=sentence.line_at(found.start()), words=found[0])
    return NOTHING


def length_of(duration: Said) -> tuple[int | None, int | None]:
    """Read a stated duration as (months, weeks); None where it is not given so.

    Examples:
        >>> length_of(Said(value=True, words="for six (6) months")), length_of(Said(value=True, words="12 weeks"))
        ((6, None), (None, 12))
    """
    found = _LENGTH.search(duration.words) if duration.value else None
    if not found:
        return None, None
    number = int(found["n"]) if found["n"].isdigit() else _NUMBERS.get(found["n"].lower())
    if number is None:
        return None, None
    unit = found["unit"].lower()
    if unit.startswith("w"):
        return None, number
    return (number * 12 if unit.startswith("y") else number), None


def says(page: Page, statement: str) -> Said:
    """Read whether a statement payers look for is made: necessity, not_general_health, not_otherwise_incurred."""
    denied = patterns(f"statement.{statement}.not")[0]
    for sentence in page.sentences:
        text = sentence.whole
        if _is_heading(sentence) and not sentence.label:
            continue
        for pattern in patterns(f"statement.{statement}.says"):
            for found in pattern.finditer(text):
                if not denied.search(text[: found.end()]) and not _only_asked(sentence, found):
                    return Said(
                        value=True,
                        line=sentence.line_at(max(0, found.start() - len(text) + len(sentence.text))),
                        words=found[0].strip(),
                    )
    return NOTHING


def _only_asked(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether words stand in a form's question that was answered with no, or in the label alone."""
    if not sentence.asked or found.end() > len(sentence.asked) + 2:
        return False
    if sentence.asked.rstrip().endswith("?") or sentence.label == "necessity":
        return not re.match(r"(?:yes|true|x\b)", sentence.text, re.I)
    return True


def links(page: Page) -> Said:
    """Read whether a sentence ties what is given to the condition or what it does to the body."""
    gives, does, what = (patterns(f"statement.links.{part}")[0] for part in ("gives", "does", "what"))
    for sentence in page.sentences:
        if _is_heading(sentence) or sentence.label in ("diagnosis", "signer", "signature"):
            continue
        for clause in _claims(sentence.text):
            said = (
                (sentence.label == "rationale" or gives.search(clause)) and does.search(clause) and what.search(clause)
            )
            if said and _ties(clause, does, what):
                return Said(value=True, line=sentence.starts[0][1], words=sentence.text)
    return NOTHING


def _claims(text: str) -> list[str]:
    """Leave out of a sentence what it denies: what did not help, what it is not for, what would not be bought."""
    clauses = re.split(r"[;:]|, (?=and |but |so )|(?<=\w) (?=but for |were it not |if not for |rather than )", text)
    return [one for one in clauses if not _DENIES.search(one)]


def _ties(text: str, does: re.Pattern[str], what: re.Pattern[str]) -> bool:
    """Whether an effect and what it works on stand near each other, in either order, and are not one word."""
    for effect in does.finditer(text):
        for target in what.finditer(text):
            apart = target.start() - effect.end() if target.start() >= effect.end() else effect.start() - target.end()
            if 0 <= apart <= 110 and not re.search(
                r"\bgeneral health\b|\bwell-?being\b", text[effect.start() : target.end()]
            ):
                return True
    return False


def visit_of(page: Page) -> Read[VisitBasis]:
    """Read how the clinician saw the patient: an examination first, then video, then a questionnaire alone."""
    for basis in (VisitBasis.IN_PERSON, VisitBasis.LIVE_VIDEO, VisitBasis.QUESTIONNAIRE_ONLY):
        for pattern in patterns(f"visit.{basis.value}"):
            for sentence in page.sentences:
                for found in pattern.finditer(sentence.whole):
                    if not re.search(
                        r"\b(?:not|no|without|never|rather than)\b[^.;]{0,25}$", sentence.whole[: found.start()], re.I
                    ):
                        return Read[VisitBasis](value=basis, line=sentence.starts[0][1], words=found[0])
    return Read[VisitBasis]()


def self_report_of(page: Page) -> Said:
    """Read whether the letter itself says that it rests on the patient's own answers."""
    for sentence in page.sentences:
        for pattern in patterns("statement.self_report.says"):
            if (found := pattern.search(sentence.whole)) and not re.search(
                r"\b(?:not|no|rather than|besides|addition to|beyond|validated)\b[^.;]{0,40}$",
                sentence.whole[: found.start()],
                re.I,
            ):
                return Said(value=True, line=sentence.starts[0][1], words=found[0])
    return Said()


def letterhead_of(page: Page) -> Said:
    """Read whether the first lines show a practice, an address, a pad or a form; a text may have lost them."""
    first = [(line, number) for number, line in enumerate(page.lines, start=1) if line.strip()][:9]
    for line, number in first:
        if re.match(r"^\s*(?:dear|to whom|re:)", line, re.I):
            break
        if any(pattern.search(line) for pattern in patterns("letterhead.says")):
            return Said(value=True, line=number, words=line.strip())
    return Said()
