"""All resources of a file by kind and by address, however they are wrapped: bundles in bundles, contained, alone."""

from collections.abc import Iterator

from necessity.formats.fhir.reading.node import Node, Notes, parse

_DEEPEST_BUNDLE = 5


class Resources:
    """What a file holds; references are looked up here."""

    def __init__(self, nodes: list[Node], notes: Notes) -> None:
        self.notes = notes
        self.found: list[tuple[str, Node]] = []
        self._by_address: dict[str, tuple[str, Node]] = {}
        for node in nodes:
            self._take(node, None, 0)

    def of(self, *kinds: str) -> list[Node]:
        """Give the resources of these kinds, in the order of the file."""
        return [node for kind, node in self.found if kind in kinds]

    def kinds(self) -> dict[str, int]:
        """Count the resources by kind."""
        names = [kind for kind, _ in self.found]
        return {kind: names.count(kind) for kind in sorted(set(names))}

    def behind(self, reference: Node, *kinds: str) -> Node:
        """Follow a reference; an empty node where it leads nowhere, which is noted if it should lead somewhere here.

        Args:
            reference: The Reference element.
            kinds: What may stand there; anything else is noted and left out. None named: anything.
        """
        nothing = Node(None, reference.path, self.notes)
        address = reference.get("reference").text()
        if address is None:
            return nothing
        kind, node = self._by_address.get(address) or self._ending(address) or ("", nothing)
        if not node:
            if address.startswith(("urn:", "#")):
                message = f"{reference.path} names {address}, which is not in the file."
                self.notes.add("reference", message, reference.path, "Ask the sender for the whole bundle.")
            return nothing
        if kinds and kind not in kinds:
            message = f"{reference.path} leads to a {kind}, but should lead to {' or '.join(kinds)}; it was left out."
            self.notes.add("reference", message, reference.path, "Ask the sender to mend the reference.")
            return nothing
        return node

    def _ending(self, address: str) -> tuple[str, Node] | None:
        """Find `Patient/1` behind `https://server/fhir/Patient/1` and the other way round."""
        tail = "/".join(address.split("/")[-2:])
        return self._by_address.get(tail)

    def _take(self, node: Node, full_url: str | None, depth: int) -> None:
        kind = node.get("resourceType").text()
        if kind is None:
            message = f"{node.path} is no FHIR resource: it does not say which kind it is (resourceType)."
            self.notes.add("resource", message, node.path, "Ask the sender for FHIR R4 JSON.")
            return
        if kind == "Bundle":
            self._take_bundle(node, depth)
            return
        self.found.append((kind, node))
        for address in self._addresses(kind, node, full_url):
            self._by_address.setdefault(address, (kind, node))
        for inner in node.many("contained"):
            if (inner_kind := inner.get("resourceType").text()) and (name := inner.get("id").text()):
                self._by_address.setdefault(f"#{name}", (inner_kind, inner))

    def _take_bundle(self, node: Node, depth: int) -> None:
        if depth >= _DEEPEST_BUNDLE:
            message = f"{node.path} is a bundle in a bundle, {depth} deep; it was not opened."
            self.notes.add("resource", message, node.path, "Ask the sender for a flat bundle.")
            return
        for entry in node.many("entry"):
            if resource := entry.get("resource"):
                self._take(resource, entry.get("fullUrl").text(), depth + 1)
            elif outcome := entry.get("response").get("outcome"):
                self._take(outcome, None, depth + 1)

    def _addresses(self, kind: str, node: Node, full_url: str | None) -> Iterator[str]:
        if full_url:
            yield full_url
            if "/" in full_url:
                yield "/".join(full_url.split("/")[-2:])
        if name := node.get("id").text():
            yield f"{kind}/{name}"


def open_document(content: bytes) -> Resources:
    """Read a file and find all resources in it.

    Raises:
        FormatError: it is no JSON at all.
    """
    notes = Notes()
    return Resources(parse(content, notes), notes)
