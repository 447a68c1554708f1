"""What is typed for payment files, as a wish: who pays is read from a file, the day is asked for."""

from datetime import date
from pathlib import Path

from necessity.cli.keyed_file import keyed_texts
from necessity.errors import SettingError
from necessity.workflow.bulk.payments.settings import PAYER_KEYS, PAYER_MAY, PaymentWish, payer_of


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
    pays = payer_of(keyed_texts(payer, "--payer", PAYER_KEYS, PAYER_MAY)) if payer else None
    return PaymentWish(folder, pay_on, pays, control_number, allowed, is_test)
