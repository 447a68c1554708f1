"""`necessity letter keys`: the keys that seal: shown, rotated, or an operator's own taken up."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from necessity.cli import clock, key_home
from necessity.errors import SettingError

if TYPE_CHECKING:
    from necessity.sealing.keys import KeyRing

Json = Annotated[bool, Parameter(name="--json")]


def keys_show(*, as_json: Json = False) -> int:
    """Show every certificate that seals or has sealed here, with its dates; nothing is made.

    Ends with 1 where the certificate that seals now has run out or soon will.

    Parameters
    ----------
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys

    ring = keys.read_ring(key_home.keys_folder())
    _say(ring, as_json)
    return 1 if ring and keys.watch(ring.current, clock.moment()[0]) else 0


def keys_rotate(*, as_json: Json = False) -> int:
    """Make a new key and retire the one before; letters it sealed stay verifiable.

    Parameters
    ----------
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys

    _say(keys.rotate(key_home.keys_folder(), clock.moment()[0], key_home.passphrase()), as_json)
    return 0


def keys_use(
    file: Path | None = None,
    *,
    pkcs11: Path | None = None,
    token: str | None = None,
    key: str | None = None,
    as_json: Json = False,
) -> int:
    """Seal with a certificate of your own from now on: from a PFX file, or on a token.

    The passphrase of a PFX file is read from NECESSITY_PFX_PASSPHRASE or asked for, the PIN of a token from
    NECESSITY_PKCS11_PIN.

    Parameters
    ----------
    file
        The PFX (PKCS#12) file.
    pkcs11
        The PKCS#11 library of the token, instead of a file.
    token
        Label of the token.
    key
        Label of key and certificate on it.
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys, operator_key
    from necessity.sealing.keys import TokenPlace

    at, _ = clock.moment()
    if file is not None and pkcs11 is None:
        made = operator_key.from_pfx(key_home.read_file(file, 1_000_000), key_home.pfx_passphrase(), at)
    elif file is None and pkcs11 and token and key:
        place = TokenPlace(module=str(pkcs11), token=token, key=key)
        made = operator_key.from_token(place, key_home.pin(), at)
    else:
        raise SettingError(
            "It is not clear which certificate to use.",
            "Name a PFX file, or all three of --pkcs11, --token and --key.",
            setting="FILE",
        )
    _say(keys.adopt(key_home.keys_folder(), at, lambda _name: made, key_home.passphrase()), as_json)
    return 0


def _say(ring: "KeyRing | None", as_json: bool) -> None:
    folder = key_home.keys_folder()
    if not as_json:
        from necessity.cli import show_seal

        show_seal.keys(ring, folder, clock.moment()[0])
        return
    from necessity.sealing import keys

    listed = [
        {
            "id": entry.id,
            "kind": entry.kind,
            "sha256": entry.sha256,
            "from_at": entry.from_at.isoformat(),
            "until_at": entry.until_at.isoformat() if entry.until_at else None,
            "certificate_until": entry.certificate.not_valid_after_utc.isoformat(),
            "is_encrypted": keys.is_encrypted(folder, entry),
            "warning": keys.watch(entry, clock.moment()[0]) if entry.until_at is None else None,
        }
        for entry in (ring.certificates if ring else ())
    ]
    installation = ring.installation if ring else None
    print(json.dumps({"installation": installation, "folder": str(folder), "certificates": listed}, indent=2))
