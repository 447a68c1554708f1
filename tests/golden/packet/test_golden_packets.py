"""Three packets as a person would read them, and the promise that the same inputs give the same bytes."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import Decision, Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.visits import GymVisit
from necessity.formats.packet.check import check
from necessity.formats.packet.contents import Packet, PacketPart, PortalWords
from necessity.workflow.packet import Wish, make_packet, make_packets
from tests.cast import ada, bruno, receipt, session
from tests.packets import MADE_ON, decision, finding, line, pdf, photo

ROOT = Path(__file__).parents[3]


def papers(path: str) -> bytes | None:
    if path.endswith("letter1.pdf"):
        return pdf("To whom it may concern: exercise treats this condition.", "Signed, Dr. Ghali, MD")
    return photo(300, 400, orientation=6 if path.endswith("2.pdf") else 1)


def adas() -> Packet:
    """All well: an HSA, four sessions, nothing missing."""
    case = ada()
    lines = [line(s.id, s.served_on, "hsa", Outcome.PAYABLE) for s in case.sessions]
    decided = decision(case, "hsa", FundingKind.HSA, lines)
    return make_packet(case, decided, "hsa", papers, MADE_ON, "Ada's own file")


def brunos_decision(case: Case) -> Decision:
    lines = [
        line("s1", date(2026, 4, 7), "fsa", Outcome.NOT_PAYABLE, payable_cents=0),
        line("s2", date(2026, 4, 9), "fsa", Outcome.PENDED),
        line("s3", date(2026, 4, 14), "fsa", Outcome.PAYABLE),
        line("s4", date(2026, 4, 16), "fsa", Outcome.PAYABLE, payable_cents=5000),
    ]
    waiting = finding("When the administrator approved the letter has not been said yet.", "s2")
    return decision(case, "fsa", FundingKind.HEALTH_FSA, lines, waiting)


def brunos() -> Packet:
    """A health FSA: a session waits, a receipt has no file, one is damaged, the member number is missing."""
    case = bruno()

    def some(path: str) -> bytes | None:
        return None if path.endswith("r3.pdf") else b"%PDF-1.7 cut" if path.endswith("r4.pdf") else papers(path)

    return make_packet(case, brunos_decision(case), "fsa", some, MADE_ON, "Example Benefits")


def long() -> Packet:
    """Sixty sessions and sixty receipts, and a name with letters from all over."""
    days = [date(2026, 1, 5) + timedelta(days=4 * n) for n in range(60)]
    case = ada().model_copy(
        update={
            "patient": ada().patient.model_copy(update={"name": "Ada Žofie Nguyễn-Łukasiewicz"}),
            "sessions": tuple(session(f"s{n}", day, receipt=f"r{n}") for n, day in enumerate(days)),
            "receipts": tuple(receipt(f"r{n}", day, 8500) for n, day in enumerate(days)),
        }
    )
    lines = [line(s.id, s.served_on, "hsa", Outcome.PAYABLE) for s in case.sessions]
    decided = decision(case, "hsa", FundingKind.HSA, lines)
    return make_packet(case, decided, "hsa", papers, MADE_ON, "Ada's own file")


def ordered() -> Packet:
    """A payer with an order and words of its own."""
    case = bruno()
    words = PortalWords(account_holder="Participant", letter="Doctor's note", request="Claim")
    order = (PacketPart.STATEMENT, PacketPart.LETTERS, PacketPart.RECEIPTS, PacketPart.ANSWERS, PacketPart.LOG)
    wish = Wish(order=order, words=words)
    (packet,) = make_packets(case, brunos_decision(case), "fsa", papers, MADE_ON, "Example Benefits", wish)
    return packet


def gym() -> Packet:
    """A gym programme: attendance, dates, tax, and nothing else."""
    year = PlanYear(id="2026-1", starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), election_cents=20_000)
    source = FundingSource(id="gym", kind=FundingKind.GYM_VISIT_PROGRAM, member_id="G-1", plan_years=(year,))
    visits = tuple(
        GymVisit(
            id=str(n),
            funding_source="gym",
            visited_on=date(2026, 1, n),
            facility="Mill Street Gym",
            is_confirmed=n < 12,
        )
        for n in range(5, 20, 2)
    )
    case = ada().model_copy(update={"funding_sources": (source,), "visits": visits})
    wages = finding("This money is wages, in any amount.").model_copy(update={"rule": "us.employer.cash_is_wages"})
    lines = [line(s.id, s.served_on, "gym", Outcome.PAYABLE) for s in case.sessions]
    decided = decision(case, "gym", FundingKind.GYM_VISIT_PROGRAM, lines, wages)
    return make_packet(case, decided, "gym", papers, MADE_ON, "Example Gym Programme")


PACKETS = {"ada": adas, "bruno": brunos, "long": long, "ordered": ordered, "gym": gym}


def read_aloud(packet: Packet) -> str:
    """The words of every page, without digests and what editions of the reading tool do differently."""
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=packet.pdf, capture_output=True, check=True)
    text = re.sub(r"( \.){3,}", " …", shown.stdout.decode().replace("\f", "\n=== page ===\n"))
    text = re.sub(r"[\d,]*\s+\b[0-9a-f]{32}\b", "  (digest)", text)
    rows = [re.sub(r" {2,}", "  ", row).rstrip() for row in text.splitlines()]
    told = [f"{packet.page_count} pages", *(f"missing: {one}" for one in packet.missing)]
    return "\n".join([*told, *filter(None, rows), ""])


@pytest.mark.parametrize("name", PACKETS)
def test_the_packet_reads_as_a_person_kept_it(name: str, golden: Any) -> None:
    """The diff of this file is what a payer would notice."""
    packet = PACKETS[name]()
    assert check(packet.pdf) == ()
    golden.check(Path(__file__).with_name(f"{name}.expected"), read_aloud(packet))


def test_two_processes_elsewhere_give_the_same_bytes(tmp_path: Path) -> None:
    """Hash seeds, folders, time zones and languages of the machine are no part of a packet."""
    script = (
        "import hashlib; from tests.golden.packet import test_golden_packets as g;"
        "print(*(hashlib.sha256(make().pdf).hexdigest() for make in g.PACKETS.values()))"
    )
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "src")))
    found = set()
    for seed, folder, zone, tongue in (("0", ROOT, "UTC", "C"), ("4711", tmp_path, "Asia/Tokyo", "C.UTF-8")):
        settings = {"PYTHONPATH": paths, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": tongue}
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout)
    assert len(found) == 1
    assert len(found.pop().split()) == len(PACKETS)
