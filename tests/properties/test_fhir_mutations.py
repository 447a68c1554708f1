"""Whatever comes in as FHIR, it is read or refused in words; it never ends in a traceback."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from necessity.errors import FormatError
from necessity.formats.fhir.check import check
from necessity.formats.fhir.read import read, read_claim, recognises, summary
from necessity.formats.fhir.write import claim_bundle, letter_bundle
from necessity.formats.fhir.writing.build import to_json
from tests.fhir_documents import claim, claim_response, draft, explanation_of_benefit

SOUND = (
    claim_bundle(claim(), {"c1-letter": b"%PDF-1.7"}),
    to_json(claim_response()),
    to_json(explanation_of_benefit()),
    letter_bundle(draft()),
)
WORDS = (
    "",
    " ",
    "x",
    "2026-02-30",
    "1e999",
    "urn:uuid:x",
    "Claim/1",
    "#",
    "\ud800",
    "\ud800" * 50,
    "😀" * 50,
    "USD",
    "CO",
    "A",
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.sampled_from((10**40, -1, 0, 13))
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def survives(content: bytes) -> None:
    """Read, check and summarise; a refusal in words is an answer too."""
    recognises(content)
    for one in (read, read_claim, check):
        try:
            found = one(content)
        except FormatError:
            continue
        if one is read:
            "\n".join(summary(found)).encode()
            found.model_dump_json()


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound document with a few places changed, dropped, doubled or wrapped."""
    document = json.loads(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([place for place in places(document) if place] or [()]))
        if not path:
            break
        *above, last = path
        owner = document
        for step in above:
            owner = owner[step]
        how = draw(st.sampled_from(("replace", "drop", "wrap", "double", "empty")))
        if how == "replace":
            owner[last] = draw(values)
        elif how == "drop":
            owner.pop(last)
        elif how == "wrap":
            owner[last] = [owner[last]]
        elif how == "double" and isinstance(owner, list):
            owner.append(owner[last])
        else:
            owner[last] = draw(st.sampled_from(([], {}, "")))
    return json.dumps(document).encode()


@settings(max_examples=300)
@given(mutated())
def test_a_damaged_document_never_ends_in_a_traceback(content: bytes) -> None:
    """Payers' systems write what they like; a person must be told what is odd, in words."""
    survives(content)


@settings(max_examples=100)
@given(st.data(), st.sampled_from(SOUND))
def test_damaged_bytes_never_end_in_a_traceback(data: st.DataObject, content: bytes) -> None:
    """Files are cut off and garbled on their way."""
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    survives(content[:start] + data.draw(st.binary(max_size=8)) + content[start + length :])
    survives(content[:start])


@given(values)
@example([[]] * 3)
@example({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle", "entry": {}}}]})
@example({"resourceType": ["Claim"]})
@example(
    {"resourceType": "Claim", "contained": [{"resourceType": "Patient", "id": "p"}], "patient": {"reference": "#p"}}
)
def test_any_json_is_read_or_refused(value: object) -> None:
    """Nothing in JSON may surprise the reader."""
    survives(json.dumps(value).encode())
    survives(json.dumps({"resourceType": "ClaimResponse", "item": value, "total": value, "payment": value}).encode())
    survives(json.dumps({"resourceType": "Claim", "item": value, "insurance": value, "diagnosis": value}).encode())


def test_a_document_nested_without_end_is_refused_in_words() -> None:
    """A hostile file must not exhaust the stack."""
    for content in (b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"[" * 500 + b"]" * 500):
        survives(content)
    survives(b'{"resourceType": "ClaimResponse", "x": ' + b"9" * 6000 + b"}")
    survives(b'{"resourceType": "ClaimResponse", "x": 1e99999999999999999999}')
