"""What is typed for payment files, as a wish: who pays is read from a file, the day is asked for."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from necessity.errors import SettingError
from necessity.workflow.bulk.payments.settings import PAYER_KEYS, PAYER_MAY, Payer, PaymentWish, payer_of


def payment_wish(
    folder: Path | None,
    pay_on: date | None,
    *,
    payer: Path | None,
    allowed: Path | None,
    control_number: int,
    is_test: bool,
) -> PaymentWish | None:
    """Put together what payment files need; None: none are wanted.

    Raises:
        SettingError: a day is missing, or something is given that only payments ask for; the payer's file is none.
    """
    if folder is None:
        if pay_on or payer or allowed:
            raise SettingError(
                "--pay-on, --payer and --allowed are about payments, and none are asked for.",
                "Add --payments DIR, or leave them out.",
                setting="--payments",
            )
        return None
    if pay_on is None:
        raise SettingError(
            "Payments have a day, and none is given.", "Say it with --pay-on 2026-07-15.", setting="--pay-on"
        )
    if not 1 <= control_number <= 900_000_000:
        raise SettingError(f"--control-number is {control_number}.", "Name 1 to 900000000.", setting="--control-number")
    return PaymentWish(folder, pay_on, _payer(payer), control_number, allowed, is_test)


def _payer(file: Path | None) -> Payer | None:
    """Read who pays."""
    if file is None:
        return None
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read: {error}.", "Name a TOML file.", setting="--payer") from None
    unknown = [key for key in said if key not in (*PAYER_KEYS, *PAYER_MAY)]
    empty = [key for key in (*PAYER_KEYS, *said) if not isinstance(said.get(key), str) or not said[key].strip()]
    if unknown or empty:
        listed = [*(f"{key} is not known" for key in unknown), *(f"{key} is missing" for key in dict.fromkeys(empty))]
        raise SettingError(
            f"{file}: {'; '.join(listed)}.",
            f'Write a line KEY = "…" for each of: {", ".join(PAYER_KEYS)}; perhaps also {", ".join(PAYER_MAY)}.',
            setting="--payer",
        )
    return payer_of(said)
