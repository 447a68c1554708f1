"""The condition a letter names: its words, its codes, whether they are specific, confirmed, and a disease."""

import re
from typing import NamedTuple

from necessity.domain.codes import read_icd10
from necessity.intake.letter.page import Page, Sentence
from necessity.intake.letter.reading import NOTHING, Read, Said
from necessity.intake.letter.words import families, patterns, table

_DOTTED = re.compile(r"(?<![\w.])(?:[A-TV-Z]\d[0-9A-Z]|QA\d)\.[0-9A-Z]{1,4}(?![\w])")
_BARE = re.compile(r"(?<![\w.-])[A-TV-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?(?![\w.-])")
_ICD = re.compile(r"\bicd\b|\bdiagnosis codes?\b|\bdx codes?\b|\bcodes?\b", re.IGNORECASE)
_NO_CODES = frozenset({"A1C", "B12", "T1D", "T2D", "D3", "C19", "H2O", "K12", "P53"})
_LEVELS = re.compile(r"(?:[CTLS]\d{1,2})")
_ODD = re.compile(
    r"(?<![\w.])(?:\d{3}(?:\.\d{1,2})|\d{5}|[A-Z]{2}\d{2,4}(?:\.\d+)?|[A-Z]\d\.\d+"
    r"|[A-Z]\d{2}\.(?:[0-9A-Z]{5,}|-)|[A-Z]\d{2}\.(?=\s|$|,|\)))"
)
_CODES_AWAY = re.compile(
    r"[(\[]?\s*(?:icd[- ]?10(?:[- ]?cm)?(?: codes?)?:?\s*)?(?:code:? )?[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?\s*[)\]]?"
    r"|\(?\bicd\b[^)]*\)?",
    re.IGNORECASE,
)


class ReadCondition(NamedTuple):
    """What a letter says of the condition."""

    name: Read[str]
    codes: tuple[Read[str], ...]
    odd_codes: tuple[Read[str], ...]
    is_specific: Said
    is_confirmed: Said
    is_disease: Said
    is_imminent_risk: Said


def condition_of(page: Page) -> ReadCondition:
    """Read the condition a letter names."""
    codes, odd = _codes(page)
    names = _names(page)
    # the first that is specific speaks for the letter: a loose word in passing spoils nothing
    chosen = next(
        (one for one in names if not _is_vague(one.value or "", bool(codes))), names[0] if names else Read[str]()
    )
    if chosen.value is None:
        return ReadCondition(chosen, codes, odd, NOTHING, Said(), Said(), Said())

    def said(value: bool) -> Said:
        return Said(value=value, line=chosen.line, words=chosen.words)

    vague = _is_vague(chosen.value, bool(codes))
    around = " ".join(
        sentence.whole
        for sentence in page.sentences
        if chosen.line in [number for _, number in sentence.starts] and chosen.value in sentence.text
    )
    suspected = bool(patterns("diagnosis.suspected")[0].search(_before(around, chosen.value)))
    risk = bool(patterns("diagnosis.only_a_risk")[0].search(chosen.value))
    no_disease = bool(patterns("diagnosis.no_disease")[0].match(chosen.value))
    return ReadCondition(
        chosen,
        codes,
        odd,
        said(not (vague or no_disease)),
        said(not suspected),
        said(not (risk or no_disease)),
        said(risk),
    )


def _before(text: str, name: str) -> str:
    """Cut a sentence down to the clause in which the condition is named."""
    place = text.find(name)
    return text[max(0, place - 60) : place + len(name)]


def _names(page: Page) -> list[Read[str]]:
    found = []
    for field in page.under("diagnosis"):
        if name := _clean(field.value):
            found.append(Read[str](value=name, line=field.line, words=field.value))
    for pattern in patterns("diagnosis.says"):
        for sentence in page.sentences:
            found += _in_sentence(sentence, pattern)
    for field in page.under("code"):  # `ICD-10: E11.9 Type 2 diabetes` names it as well
        if patterns("diagnosis.condition")[0].search(field.value) and (name := _clean(field.value)):
            found.append(Read[str](value=name, line=field.line, words=field.value))
    return found


def _in_sentence(sentence: Sentence, pattern: re.Pattern[str]) -> list[Read[str]]:
    found = []
    for said in pattern.finditer(sentence.text):
        if re.search(
            r"\b(?:risk of|at risk (?:of|for)|prevent\w*|no|not|denies|family history of|without)\s+(?:\w+ ){0,3}$",
            sentence.text[: said.start("what")],
            re.I,
        ):
            continue
        name = _clean(said["what"])
        if name and (re.search(r"diagnos", said[0], re.I) or patterns("diagnosis.condition")[0].search(name)):
            found.append(Read[str](value=name, line=sentence.line_at(said.start("what")), words=said[0].strip()))
    return found


def _clean(words: str) -> str | None:
    """Cut a condition's name out of what follows it, without codes; None where nothing is left."""
    name = re.sub(
        r"^\W+", "", _CODES_AWAY.sub(" ; ", " " + words, count=1) if _CODES_AWAY.match(" " + words) else words
    )
    name = _CODES_AWAY.sub(" (", name).strip()
    cut = re.split(table("diagnosis")["ends"], re.sub(r"^[;\s(:-]+", "", name), maxsplit=1, flags=re.IGNORECASE)[0]
    cut = re.sub(
        r"^(?:her|his|their|the|a|an|my patient's|patient's|with|of) ",
        "",
        cut.strip(" .;,:-()[]\"'"),
        flags=re.IGNORECASE,
    )
    if not cut or patterns("diagnosis.empty")[0].match(cut) or not re.search(r"[A-Za-z]{3}", cut):
        return None
    return cut


def _is_vague(name: str, has_code: bool) -> bool:
    plain = re.sub(r"\s+", " ", name).strip(" .")
    if any(pattern.fullmatch(plain) for pattern in patterns("diagnosis.vague")):
        return not (has_code and re.search(r"\blow(?:er)? back\b", plain, re.I)) and not re.search(
            r"\bchronic low(?:er)? back pain\b", plain, re.I
        )
    return not has_code and any(pattern.fullmatch(plain) for pattern in patterns("diagnosis.vague_without_code"))


def _codes(page: Page) -> tuple[tuple[Read[str], ...], tuple[Read[str], ...]]:
    found: dict[str, Read[str]] = {}
    odd: dict[str, Read[str]] = {}
    for sentence in page.sentences:
        text = sentence.whole
        expected = sentence.label == "code" or (
            bool(_ICD.search(text)) and sentence.label not in ("signer", "licence", "npi")
        )
        near = sentence.label == "diagnosis" or bool(re.search(r"\bdiagnos", text, re.I))
        for said in _DOTTED.finditer(text):
            _take(found, said, sentence)
        for said in _BARE.finditer(text):
            in_brackets = re.search(r"[(\[/,-]\s*$", text[: said.start()])
            if said[0] in _NO_CODES or (_LEVELS.fullmatch(said[0]) and not expected):
                continue
            if (
                expected
                or (near and (in_brackets or sentence.label == "diagnosis"))
                or (in_brackets and text[said.end() : said.end() + 1] in ")]")
            ):
                _take(found, said, sentence)
        if sentence.label == "code" or re.search(r"\bicd\b", text, re.I):
            rest = re.sub(r"icd[- ]?(?:10|9)(?:[- ]?cm)?", "", text, flags=re.I)
            for wrong in _ODD.finditer(rest):
                odd.setdefault(wrong[0], Read[str](value=wrong[0], line=sentence.starts[0][1], words=sentence.text))
    return tuple(found.values()), tuple(one for key, one in odd.items() if not found)


def _take(found: dict[str, Read[str]], said: re.Match[str], sentence: Sentence) -> None:
    try:
        code = read_icd10(said[0])
    except ValueError:
        return
    line = sentence.line_at(max(0, said.start() - len(sentence.whole) + len(sentence.text)))
    found.setdefault(code, Read[str](value=code, line=line, words=said[0]))


def families_in(text: str) -> set[str]:
    """Name the kinds of illness a text speaks of.

    Examples:
        >>> sorted(families_in("type 2 diabetes and knee pain"))
        ['diabetes', 'knee']
    """
    return {name for name, says, _ in families() if says.search(text)}


def families_of_code(code: str) -> set[str]:
    """Name the kinds of illness a code belongs to, by its first characters; empty where we know of none."""
    plain = code.replace(".", "")
    return {name for name, _, codes in families() if plain.startswith(codes)}
