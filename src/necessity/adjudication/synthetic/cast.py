"""Who takes part in the synthetic book: administrators as the shipped profiles have them, conditions, signers, states.

Administrators are real, since a book must ask what they ask; everybody else is a number. State codes are invented:
they begin with X. How often each comes is ours, chosen to look like a book of small claims, not measured.
"""

from typing import NamedTuple


class Administrator(NamedTuple):
    """One administrator's account of one kind, with what its profile says as far as planted faults hang on it."""

    payer: str | None
    """Id of the payer profile; None: not named, so the generic one speaks."""
    kind: str
    """Kind of funding source."""
    share: int
    """How many of a hundred employers' plans are run so."""
    timing: str
    """From when a letter serves, as the profile says."""
    doubts_reaching_back: bool
    """Whether it doubts a letter that reaches back before its signing."""
    chiropractor: str
    """What a letter signed by a chiropractor comes to: payable, review or not_payable."""


ADMINISTRATORS = (
    Administrator("healthequity", "health_fsa", 12, "after_approval", False, "payable"),
    Administrator("wageworks", "health_fsa", 6, "in_stated_range", True, "payable"),
    Administrator("fsafeds", "health_fsa", 8, "in_stated_range", True, "payable"),
    Administrator("optum", "health_fsa", 8, "in_stated_range", True, "review"),
    Administrator("wex", "health_fsa", 8, "in_stated_range", True, "review"),
    Administrator("alerus", "health_fsa", 3, "after_signing", False, "review"),
    Administrator("sentinel", "health_fsa", 3, "in_stated_range", True, "payable"),
    Administrator("probenefits", "health_fsa", 3, "in_stated_range", True, "review"),
    Administrator("healthequity", "hra", 6, "after_approval", False, "payable"),
    Administrator("viabenefits", "hra", 5, "in_stated_range", True, "payable"),
    Administrator("peoplekeep", "qsehra", 4, "in_stated_range", False, "not_payable"),
    Administrator("takecommand", "ichra", 4, "in_stated_range", True, "review"),
    Administrator("healthequity", "hsa", 10, "in_stated_range", True, "review"),
    Administrator(None, "hsa", 10, "in_stated_range", True, "review"),
    Administrator("united", "group_plan", 6, "", False, "payable"),
    Administrator("cigna", "group_plan", 4, "", False, "payable"),
)
"""Shares add up to 100; a plan is drawn by them."""
SECOND = {"health_fsa": 9, "hra": 3, "group_plan": 3}
"""For the first account's kind: which administrator (by place) runs a second account, where a member has two."""


class BookCondition(NamedTuple):
    """One condition, with its share of a hundred cases."""

    code: str
    name: str
    share: int


CONDITIONS = (
    BookCondition("M54.50", "low back pain", 22),
    BookCondition("E11.9", "type 2 diabetes", 16),
    BookCondition("I10", "high blood pressure", 14),
    BookCondition("E66.811", "obesity, class 1", 12),
    BookCondition("M17.11", "osteoarthritis of the right knee", 9),
    BookCondition("M17.12", "osteoarthritis of the left knee", 7),
    BookCondition("I25.10", "coronary heart disease", 5),
    BookCondition("J44.9", "chronic obstructive lung disease", 4),
    BookCondition("M81.0", "osteoporosis", 4),
    BookCondition("I50.22", "chronic systolic heart failure", 3),
    BookCondition("F32.A", "depression", 2),
    BookCondition("M79.7", "fibromyalgia", 2),
)
"""Conditions of cases without a fault of condition; shares add up to 100."""
SIGNERS = ("MD", "MD", "MD", "DO", "NP", "NP", "PA", "MD")
"""Licences of the book's clinicians, in turn."""
STATES = ("XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH", "XI", "XJ")
"""Invented states."""
DAY = "2026-06-30"
"""The day the book is decided on, unless told otherwise: fixed, so that a seed gives the same book on any day."""
