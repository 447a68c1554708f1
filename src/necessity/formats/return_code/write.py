"""Draw a return code. Pure: the same text gives the same bytes."""

import io

import segno

from necessity.domain.return_code import ReturnCode

_QUIET = 4
_DOTS = 8


def _made(code: ReturnCode) -> segno.QRCode:
    return segno.make_qr(code.text, error="q", boost_error=False)


def svg(code: ReturnCode) -> bytes:
    """Draw a return code as SVG, black on white with the quiet zone the standard asks for."""
    drawn = io.BytesIO()
    _made(code).save(drawn, kind="svg", border=_QUIET, scale=2, light="white", title="Return code", nl=True)
    return drawn.getvalue()


def png(code: ReturnCode) -> bytes:
    """Draw a return code as PNG, one point a dot of eight pixels."""
    drawn = io.BytesIO()
    _made(code).save(drawn, kind="png", border=_QUIET, scale=_DOTS)
    return drawn.getvalue()
