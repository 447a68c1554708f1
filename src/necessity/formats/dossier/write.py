"""Writing the dossier: tagged PDF/A-3, the same bytes for the same contents, its data inside."""

from pathlib import Path

from necessity.domain.dossier import Dossier
from necessity.formats.dossier.table import as_csv
from necessity.formats.dossier.view import view
from necessity.formats.pdf import attach, open_pdf, save, typeset

_TEMPLATE = Path(__file__).with_name("dossier.typ")


def write(dossier: Dossier) -> bytes:
    """Write a dossier as a PDF; its table travels inside as CSV.

    Raises:
        FormatError: the pages cannot be set.
    """
    pdf = open_pdf(typeset(_TEMPLATE, view(dossier), dossier.made_on))
    name = f"money-{dossier.year}.csv"
    attach(pdf, name, as_csv(dossier).encode(), "text/csv", "One payment a row", dossier.made_on)
    return save(pdf)
