"""What the terminal shows of seals and keys."""

from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.domain.signature import SignatureRecord
from necessity.sealing import keys as key_list
from necessity.sealing.keys import KeyKind, KeyRing, SealCertificate
from necessity.sealing.report import SealFinding, SealReport, SealState
from necessity.workflow.verify_packet import PacketReport

_SIGNS = {
    SealState.INTACT: ("✔", "green"),
    SealState.DOUBTFUL: ("?", "yellow"),
    SealState.FOREIGN: ("⚖", "magenta"),
    SealState.ALTERED: ("✘", "red"),
    SealState.UNSEALED: ("–", "yellow"),
}
_METHODS = {"typed": "typed name", "drawn": "drawn signature", "wet_ink": "ink on paper"}
_KINDS = {
    KeyKind.OWN: "made here",
    KeyKind.PFX: "an operator's own, from a PFX file",
    KeyKind.PKCS11: "an operator's own, on a token",
}


def moment(at: datetime) -> str:
    """Write a moment for people, in UTC."""
    return f"{day(at.date())}, {at:%H:%M:%S} UTC"


def _row(out: Console, name: str, value: str) -> None:
    line(out, Text.assemble((f"{name}: ", "dim"), value))


def findings(out: Console, found: tuple[SealFinding, ...]) -> None:
    """Show what was found, each with what to do."""
    for one in found:
        line(out, f"• {one.says}")
        if one.next_step:
            line(out, Text(f"→ {one.next_step}", style="cyan"), 4)


def seal(file: Path, report: SealReport) -> None:
    """Show what checking a seal came to."""
    out = console()
    sign, colour = _SIGNS[report.state]
    line(out, Text(f"{sign} {file.name}: {report.says}", style=f"bold {colour}"), 0)
    if report.state is not SealState.INTACT:
        findings(out, report.findings)
    if report.state is SealState.FOREIGN and report.letter:
        line(out, Text("What it says of itself, which nobody here vouches for:", style="bold"))
    _claims(out, report)
    if report.state is SealState.INTACT:
        findings(out, report.findings)
    if report.cannot_know:
        out.print(Text("What this cannot know", style="bold"))
        for words in report.cannot_know:
            line(out, Text(f"– {words}", style="dim"))


def _claims(out: Console, report: SealReport) -> None:
    """Show what letter, signature and certificate say."""
    if report.letter:
        _row(out, "Letter", f"{report.letter}, version {report.version}, of case {report.case}")
    if report.signature:
        _signed(out, report.signature)
    if report.level_words and report.signature:
        _row(out, f"Level {int(report.signature.level)} of 3", report.level_words)
    if report.sealed_at:
        _row(out, "Sealed", moment(report.sealed_at))
    if report.sealed_by:
        _row(out, "Sealed by", report.sealed_by)
    if report.key_retired_at:
        _row(out, "Its key", f"was retired on {day(report.key_retired_at.date())}; what it sealed before stays good")
    if report.certificate_sha256:
        _row(out, "SHA-256 of the certificate", report.certificate_sha256)
    if report.attachments:
        _row(out, "Carries", ", ".join(report.attachments))


def _signed(out: Console, signature: SignatureRecord) -> None:
    _row(out, "Signed", f"{signature.name}, {_METHODS[signature.method]}, {moment(signature.signed_at)}")
    for check in signature.checks:
        _row(out, "Checked", f"{check.what}, by {check.by}, {day(check.at.date())}: {check.result}")


def keys(ring: KeyRing | None, folder: Path, now: datetime) -> None:
    """Show every certificate that seals or has sealed here."""
    out = console()
    if ring is None:
        line(out, "No key yet: the first letter you seal makes one.", 0)
        _row(out, "It will lie in", str(folder))
        return
    line(out, Text(ring.installation, style="bold"), 0)
    _row(out, "Keys lie in", str(folder))
    for entry in reversed(ring.certificates):
        _entry(out, entry, folder, now)


def _entry(out: Console, entry: SealCertificate, folder: Path, now: datetime) -> None:
    state = ("✔", "seals now", "green") if entry.until_at is None else ("–", "retired", "dim")
    line(out, Text(f"{state[0]} {entry.id}: {state[1]}, {_KINDS[entry.kind]}", style=state[2]), 0)
    until = f" to {moment(entry.until_at)}" if entry.until_at else ""
    _row(out, "In use", f"from {moment(entry.from_at)}{until}")
    _row(out, "Certificate runs out", day(entry.certificate.not_valid_after_utc.date()))
    _row(out, "SHA-256", entry.sha256)
    if entry.until_at is None:
        if (locked := key_list.is_encrypted(folder, entry)) is not None:
            said = "encrypted with your passphrase" if locked else "not encrypted; file permissions guard it"
            _row(out, "Private key", said)
        if warning := key_list.watch(entry, now):
            line(out, Text(f"• {warning}", style="yellow"))
            line(out, Text("→ Make a new one with: necessity letter keys rotate", style="cyan"), 4)


def packet(file: Path, report: PacketReport) -> None:
    """Show what checking a packet came to."""
    out = console()
    if report.case is None:
        says = "is not a packet of this program, or its list of files is gone."
    elif report.findings:
        says = "is not what was written."
    elif not report.is_whole:
        says = "is as it was written, but a sealed paper in it is not intact here."
    else:
        says = "is whole, and nothing in it has changed."
    sign, colour = ("✔", "green") if report.is_whole else ("✘", "red")
    line(out, Text(f"{sign} {file.name} {says}", style=f"bold {colour}"), 0)
    for found in report.findings:
        line(out, f"• {found}")
    if report.case:
        part = f", part {report.part} of {report.parts}" if report.part else ""
        made = f", made for {day(report.made_on)}" if report.made_on else ""
        line(out, f"Case {report.case}{made}{part}; {report.files} files inside.")
    for one in report.sealed:
        mark = _SIGNS[one.state][0] if one.state else "✘"
        line(out, f"{mark} {one.file_name}: {one.says}")
    out.print(Text("What this cannot know", style="bold"))
    line(out, report.cannot_know)
