"""Who is named in a letter: patient, account holder, employer, and who signs with which licence."""

import re
from collections.abc import Iterator
from re import Match

from necessity.domain.letter import Signature
from necessity.domain.people import Licence
from necessity.intake.letter.page import Page, Sentence
from necessity.intake.letter.reading import NOTHING, Read, ReadSigner, Said
from necessity.intake.letter.words import patterns, table

_CREDENTIALS: tuple[tuple[str, Licence], ...] = (
    (r"M\.?D\.?(?![a-z])", Licence.MD),
    (r"D\.?O\.?(?![a-z])", Licence.DO),
    (r"MBBS", Licence.MD),
    (r"(?:A-?)?(?:FNP|ANP|AGNP|PNP|CRNP|APRN|ARNP|DNP|NP|PMHNP|WHNP)(?:-(?:C|BC|PP))?", Licence.NP),
    (r"N\.P\.", Licence.NP),
    (r"PA(?:-C)?(?![a-z])|P\.A\.(?:-C)?", Licence.PA),
    (r"(?:A?CNS)(?:-BC)?", Licence.CNS),
    (r"N\.?M?\.?D\.?(?![a-z])", Licence.ND),
    (r"D\.?C\.?(?![a-z])", Licence.DC),
    (r"DPM", Licence.DPM),
    (r"DPT|PT|MPT|MSPT", Licence.PT),
    (r"OTR(?:/L)?|OTD|OT", Licence.OT),
    (r"CCC-SLP|SLP", Licence.SLP),
    (r"PTA", Licence.PTA),
    (r"C?OTA(?:/L)?", Licence.OTA),
    (r"RN|BSN", Licence.RN),
    (r"RDN?|LDN", Licence.RD),
    (r"Psy\.?D\.?", Licence.PSYCHOLOGIST),
    (r"L(?:CSW|PC|MFT|MHC)", Licence.COUNSELLOR),
    (r"L\.?Ac\.?|DAOM|DACM", Licence.CHINESE_MEDICINE),
    (r"EP-C|CEP|ACSM-CEP|RCEP", Licence.EXERCISE_PHYSIOLOGIST),
    (r"ATC|LAT", Licence.ATHLETIC_TRAINER),
    (r"(?:ACE-|NASM-|NSCA-|ISSA-|ACSM-)?CPT|CSCS|CES", Licence.NONE),
)
_WORDS = tuple((said, Licence(name) if name else None) for said, name in table("credentials")["spelt_out"])
_LETTERS = re.compile(
    "|".join(rf"(?P<c{n}>(?<![\w.#-])(?:{said})(?![\w-]| ?#?\d))" for n, (said, _) in enumerate(_CREDENTIALS))
)
_SPELT = re.compile("|".join(rf"(?P<w{n}>\b{said}\b)" for n, (said, _) in enumerate(_WORDS)), re.IGNORECASE)
_NAME = re.compile(r"(?:Dr\.? )?[A-Z][\w'-]*\.?(?: (?:[A-Z]\.?(?= )|[A-Z][\w'-]+)){0,3}")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.? (?P<name>[A-Z][a-zA-Z'-]+(?: [A-Z][a-zA-Z'-]+)?)")
_CLOSING = patterns("shapes.closing")[0]
_MARK = patterns("shapes.signed_electronically")[0]
_INK = patterns("shapes.signed_in_ink")[0]
_UNSIGNED = patterns("shapes.unsigned")[0]
_STATES: dict[str, str] = {name.lower(): code for code, name in table("states").items()}
_CODE = "|".join(_STATES.values())
_STATE = re.compile(
    rf"\b(?P<code>{_CODE})\b|\b(?P<name>{'|'.join(sorted(table('states').values(), key=len, reverse=True))})\b"
)
_ADDRESS = re.compile(rf",? (?P<code>{_CODE}),? \d{{5}}(?:-\d{{4}})?\b")
_LICENCE = patterns("shapes.licence_number")[0]
_LONGEST_NAME = 60
_NPI = re.compile(r"\bNPI\b\D{0,12}(?P<npi>\d{10}(?!\d)|\d{3}[ -]\d{3}[ -]\d{4}|\d{7,13})")
_NO_NAMES = frozenset(table("no_names")["anywhere"])


def is_name(words: str) -> bool:
    """Whether capitalised words can be a person's name rather than the beginning of a sentence."""
    parts = [part for part in re.split(r"[ .]+", words) if part]
    first = parts[0].lower() if parts else ""
    if first in ("dr", "mr", "ms", "mrs", "miss", "mx"):
        return len(parts) > 1
    return bool(parts) and not any(part.lower() in _NO_NAMES for part in parts if len(part) > 1 or len(parts) == 1)


def _name_at_start(value: str) -> str | None:
    found = _NAME.match(re.sub(r"^(?:Mr|Mrs|Ms|Miss|Mx)\.? ", "", value.strip(" :,-(\"'")))
    if not found:
        return None
    name = re.split(r" (?=(?:DOB|Date|Born|Member|Phone|MD|DO|NP|PA|ID|NPI|License|Diagnosis)\b)", found[0])[0].strip(
        " ,."
    )
    return name if is_name(name) else None


def patient_of(page: Page) -> Read[str]:
    """Read who the patient is: behind a label first, else in the text."""
    for field in page.under("patient"):
        if name := _name_at_start(field.value):
            return Read[str](value=name, line=field.line, words=name)
    for sentence in page.sentences:
        if sentence.label in ("signer", "signature", "account_holder", "employer"):
            continue
        for pattern in patterns("patient.says"):
            for found in pattern.finditer(sentence.whole if sentence.label == "other" else sentence.text):
                name = re.sub(r"^(?:Mr|Mrs|Ms|Miss|Mx)\.? ", "", found["name"])
                if not name.startswith("Dr") and is_name(name):
                    return Read[str](value=name, line=sentence.line_at(max(0, found.start())), words=found[0].strip())
    return _in_other_ways(page)


def _in_other_ways(page: Page) -> Read[str]:
    """Read the patient behind a plain `Name:`, as on a pad, or as the first person with a title that is not Dr."""
    for field in page.under("other"):
        if field.label.lower() == "name" and (name := _name_at_start(field.value)):
            return Read[str](value=name, line=field.line, words=name)
    for sentence in page.sentences:
        if (found := _TITLED.search(sentence.text)) and is_name(found["name"]):
            return Read[str](value=found["name"], line=sentence.line_at(found.start()), words=found[0])
    return Read[str]()


def named(page: Page, what: str, *, same: bool = False) -> Said:
    """Read whether account holder, employer or number stand in a letter, behind a label or in the text."""
    for field in page.under(what):
        if re.search(r"\d{3}" if what == "member_id" else r"[A-Za-z]{2}", field.value):
            return Said(value=True, line=field.line, words=field.value)
    keys = [f"{what}.says"] + ([f"{what}.same"] if same else [])
    for sentence in page.sentences:
        for pattern in (one for key in keys for one in patterns(key)):
            found = pattern.search(sentence.whole)
            if found and (("name" not in found.groupdict()) or is_name(found["name"] or "")):
                return Said(value=True, line=sentence.starts[0][1], words=found[0].strip())
    return NOTHING


def signer_of(page: Page) -> ReadSigner:
    """Read who signs: from the signature's line, the closing, the printed name, or the last credential there is."""
    name, credential, licence = _who(page)
    texts = [(sentence.whole, sentence) for sentence in page.sentences]
    return ReadSigner(
        name=name,
        credential=credential,
        licence=licence,
        licence_number=_licence_number(page),
        licence_state=_licence_state(page),
        practice_state=_practice_state(page),
        npi=_first(texts, _NPI, "npi", lambda said: re.sub(r"\D", "", said)),
        signature=_signature(page),
    )


def _first(texts: list[tuple[str, Sentence]], pattern: re.Pattern[str], group: str, clean: object = None) -> Read[str]:
    for text, sentence in texts:
        if found := pattern.search(text):
            value = clean(found[group]) if callable(clean) else found[group]
            return Read[str](value=value, line=sentence.starts[0][1], words=found[0].strip())
    return Read[str]()


def _credential(text: str) -> tuple[str, Licence | None] | None:
    """Find the credential that stands first behind a name, else one spelt out."""
    for found in _LETTERS.finditer(text):
        if re.search(r"\b(?:of|state|license|licence)\s*$|[A-Z][a-z]+, $", text[: found.start()]) and re.match(
            r"\w+,? \d{5}", text[found.start() :]
        ):
            continue  # a state in an address
        return found[0], _CREDENTIALS[int(str(found.lastgroup)[1:])][1]
    if spelt := _SPELT.search(text):
        return spelt[0], _WORDS[int(str(spelt.lastgroup)[1:])][1]
    return None


def _blocks(page: Page) -> Iterator[list[tuple[str, int]]]:
    """Go through the places where a signer's name stands, most telling first."""
    for field in page.under("signature"):
        near = [
            (sentence.text, field.line)
            for sentence in page.sentences
            if field.line < sentence.starts[0][1] <= field.line + 3 and not sentence.label
        ]
        yield [(field.value, field.line), *near]
    lines = [(line, number) for number, line in enumerate(page.lines, start=1)]
    for place, (line, _) in enumerate(lines):
        if _CLOSING.match(line):
            yield [one for one in lines[place + 1 : place + 9] if one[0].strip()]
    for place, (line, _) in enumerate(lines):
        if _MARK.search(line) or _INK.search(line):
            yield [one for one in lines[max(0, place - 1) : place + 4] if one[0].strip()]
    for field in page.under("signer"):
        yield [(field.value, field.line)]
    yield from ([one] for one in reversed(lines) if len(one[0]) < _LONGEST_NAME and _is_signed_off(one[0].strip()))


def _is_signed_off(line: str) -> bool:
    """Whether a line begins with a name and its credential."""
    name, credential = _name_at_start(line), _LETTERS.search(line)
    return bool(name and credential and credential.start() - line.find(name) - len(name) <= 2)


def _who(page: Page) -> tuple[Read[str], Read[str], Read[Licence]]:
    name, credential, licence = Read[str](), Read[str](), Read[Licence]()
    for field in page.under("credential"):
        if said := _credential(field.value):
            credential = Read[str](value=said[0], line=field.line, words=field.value)
            licence = Read[Licence](value=said[1], line=field.line, words=field.value)
    for block in _blocks(page):
        for text, number in block:
            clean = re.sub(
                r"^(?:name|printed name|signed by|by|physician|provider|signature|practitioner)[^:]{0,30}: *",
                "",
                text.split("/s/", 1)[-1] if "/s/" in text else _MARK.sub("", text),
                flags=re.I,
            ).strip(" :-_,()")
            clean = re.sub(r"^(?:by|signed(?: by)?|signature) ?:? ", "", clean, flags=re.I)
            if (
                name.value is None
                and (found := _name_at_start(clean))
                and not re.match(r"^\d|.*\b(?:clinic|street|way|suite|road|medicine|group)\b", clean, re.I)
            ):
                name = Read[str](value=found, line=number, words=text.strip())
            if credential.value is None and (said := _credential(clean)):
                credential = Read[str](value=said[0], line=number, words=text.strip())
                licence = Read[Licence](value=said[1], line=number, words=text.strip())
        if name.value and credential.value:
            break
    return name, credential, licence


def _signature(page: Page) -> Read[Signature]:
    for number, line in enumerate(page.lines, start=1):
        if _UNSIGNED.search(line):
            return Read[Signature](value=Signature.UNSIGNED, line=number, words=line.strip())
        if _MARK.search(line):
            return Read[Signature](value=Signature.ELECTRONIC, line=number, words=line.strip())
        if _INK.search(line):
            return Read[Signature](value=Signature.WET_INK, line=number, words=line.strip())
    asked = [field for field in page.fields if field.name == "signature"]
    for field in asked:
        if _name_at_start(field.value) or re.search(r"\bon file\b|\bsigned\b", field.value, re.I):
            return Read[Signature](value=Signature.WET_INK, line=field.line, words=field.value)
    if asked:
        return Read[Signature](value=Signature.UNSIGNED, line=asked[0].line, words=asked[0].label)
    return Read[Signature]()


def _state(found: Match[str]) -> str:
    return found["code"] or _STATES[found["name"].lower()]


def _licence_number(page: Page) -> Read[str]:
    for field in page.under("licence"):
        if found := re.search(r"(?:[A-Z]{1,3}[ .-]?)?[\w.-]*\d[\w.-]*", field.value):
            return Read[str](value=found[0], line=field.line, words=field.value)
    return _first([(sentence.whole, sentence) for sentence in page.sentences], _LICENCE, "number")


def _licence_state(page: Page) -> Read[str]:
    for field in page.under("licence_state", "licence"):
        if found := _STATE.search(field.value):
            return Read[str](value=_state(found), line=field.line, words=field.value)
    for sentence in page.sentences:
        for said in re.finditer(r"\blic(?:en[sc]ed?)?\b\.?", sentence.whole, re.I):
            around = sentence.whole[max(0, said.start() - 18) : said.end() + 40]
            states = [found for found in _STATE.finditer(around) if not _is_credential(around, found)]
            if states:
                return Read[str](value=_state(states[0]), line=sentence.starts[0][1], words=around.strip())
    return Read[str]()


def _is_credential(text: str, found: Match[str]) -> bool:
    """Whether MD, PA, ND … stand behind a name rather than for a state."""
    behind_a_name = re.search(r"[A-Z][\w.'-]*,? $", text[: found.start()])
    return found[0] in ("MD", "PA", "ND", "DC", "CO", "OR", "IN", "ME", "LA", "HI", "OK") and bool(behind_a_name)


def _practice_state(page: Page) -> Read[str]:
    for number, line in enumerate(page.lines, start=1):
        before = page.lines[number - 2] if number > 1 else ""
        if (found := _ADDRESS.search(line)) and not re.search(r"\bpatient\b", f"{before} {line}", re.I):
            return Read[str](value=found["code"], line=number, words=line.strip())
    return Read[str]()


def patient_state_of(page: Page) -> Read[str]:
    """Read the state of the patient's own address, where one is marked as such."""
    for number, line in enumerate(page.lines, start=1):
        if re.search(r"\bpatient\b", line, re.I) and (
            found := _ADDRESS.search(line)
            or re.search(rf"\b(?:state|resides in|lives in)\b:? (?P<code>{_CODE})\b", line)
        ):
            return Read[str](value=found["code"], line=number, words=line.strip())
        if (
            found := re.search(
                rf"\b(?:resides|lives|living|resident) (?:in|of) (?:[A-Z]\w+, )?(?:{_STATE.pattern})", line
            )
        ) and _STATE.search(found[0]):
            return Read[str](value=_state(found), line=number, words=found[0])
    return Read[str]()
