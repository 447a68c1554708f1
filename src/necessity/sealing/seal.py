"""Seal a PDF: one signature over all its bytes (PAdES B-B), after which no change is allowed.

The file is left as it is and added to: what it claims to be (PDF/A-3, PDF/UA) and what it carries stay. So merge
first, seal last. The field is invisible and outside the page; no time-stamp authority and no network is asked.
"""

import asyncio
import io
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from necessity.errors import FormatError, SettingError
from necessity.sealing import keys as key_list
from necessity.sealing import safety
from necessity.sealing.keys import SealKeys
from necessity.sealing.operator_key import signer_of

FIELD = "Seal"
"""Name of the field that holds the seal."""
MADE_BY = "necessity"
"""How a seal of this program calls its maker."""
_DIGEST = "sha256"
_SPARE = 2_048


def seal(pdf: bytes, keys: SealKeys, at: datetime, reason: str) -> bytes:
    """Seal a PDF.

    With a key of RSA in a file, the same PDF, key, moment and reason give the same bytes.

    Args:
        pdf: The finished document, its attachments included; at most `safety.Limits`.
        keys: The unlocked key and its certificate.
        at: The true moment, with its zone.
        reason: What the seal stands for, in one sentence; readers show it.

    Returns:
        The sealed PDF: the bytes given, and what the seal adds after them.

    Raises:
        FormatError: the PDF is damaged, locked, scripted, too large, or carries a signature already.
        SettingError: the certificate is out of date, or its key cannot be used.
    """
    moment = at.astimezone(UTC).replace(microsecond=0)
    safety.check(pdf)
    if not key_list.is_good_at(keys.entry, moment):
        raise SettingError(
            key_list.watch(keys.entry, moment) or "The certificate is out of date.",
            "Make a new key with: necessity letter keys rotate",
            setting="NECESSITY_HOME",
        )
    signer, token = signer_of(keys)
    try:
        return asyncio.run(_sealed(pdf, signer, moment, reason))
    finally:
        if token is not None:
            token.close()


def _writer(pdf: bytes, moment: datetime) -> Any:
    """Open a PDF to be added to, in such a way that nothing of it changes by clock or chance."""
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    class Update(IncrementalPdfFileWriter):
        @classmethod
        def _handle_id(cls, prev: Any) -> Any:  # pyhanko draws a random one
            new = ByteStringObject(sha256(pdf + moment.isoformat().encode()).digest()[:16])
            try:
                first = prev.trailer["/ID"][0]
            except KeyError:
                return ArrayObject([new, new])
            old = getattr(first, "original_bytes", first)
            return ArrayObject([ByteStringObject(old), new])

        def _update_meta(self) -> None:
            """Leave the metadata alone: pyhanko would write this machine's clock beside the claim to be PDF/A."""

    try:
        made = Update(io.BytesIO(pdf))
        if "/AcroForm" in made.root and made.prev.embedded_signatures:
            raise FormatError(
                "This PDF carries a signature already; a seal on top would break it or be broken by it.",
                "Seal the unsigned document, and attach the signed file to it whole.",
                format="pdf",
            )
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise _cannot(error) from error
    return made


def _cannot(error: Exception) -> FormatError:
    return FormatError(
        "This PDF is built in a way that cannot be sealed.",
        "Print it to a new PDF and seal that.",
        format="pdf",
        offending=f"{type(error).__name__}: {error}"[:200],
    )


async def _sealed(pdf: bytes, signer: Any, moment: datetime, reason: str) -> bytes:
    """Add field and placeholder, take the digest of all around it, sign that, fill it in."""
    from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import BuildProps, SignatureObject

    writer = _writer(pdf, moment)
    _order_of_tabs(writer)
    place = SigFieldSpec(
        FIELD,
        on_page=-1,
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
        readable_field_name="Seal over the whole document",
    )
    size = len((await signer.async_sign(b"\0" * 32, _DIGEST, dry_run=True, use_pades=True)).dump())
    value = SignatureObject(
        timestamp=moment,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        app_build_props=BuildProps(name=MADE_BY),
        bytes_reserved=2 * (size + _SPARE),
    )
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(field_name=FIELD, writer=writer)
    next(steps)
    steps.send(SigObjSetup(value, SigMDPSetup(_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
    prepared, output = steps.send(SigIOSetup(_DIGEST))
    steps.send(await signer.async_sign(prepared.document_digest, _DIGEST, use_pades=True))
    made: bytes = output.getvalue()
    return made


def _order_of_tabs(writer: Any) -> None:
    """Say that tabs follow the structure on the page that gets the field: PDF/UA asks for it where fields are."""
    from pyhanko.pdf_utils.generic import NameObject

    page = writer.find_page_for_modification(-1)[0].get_object()
    if "/Tabs" not in page:
        page["/Tabs"] = NameObject("/S")
        writer.update_container(page)
