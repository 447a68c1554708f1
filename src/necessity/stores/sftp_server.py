"""How a clearinghouse's SFTP server is reached: a settings file without secrets, and secrets that are never shown."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from necessity.domain.record import Record
from necessity.errors import SettingError

_SECRETS = ("password", "passphrase")
_MOST_BYTES = 20_000


class Secrets:
    """Password and passphrase; whatever prints it shows neither."""

    def __init__(self, password: str | None = None, passphrase: str | None = None) -> None:
        self.password = password
        self.passphrase = passphrase

    def __repr__(self) -> str:
        return "Secrets(…)"


class SftpServer(Record):
    """One server, and where things lie on it."""

    host: str
    """Its name or address. Never missing."""
    port: int = Field(default=22, ge=1, le=65535)
    """Its port."""
    user: str
    """Who signs in. Never missing."""
    host_keys: tuple[str, ...] = Field(min_length=1)
    """The server's public keys as its operator gave them, such as `ssh-ed25519 AAAA…`; no other is trusted."""
    key_file: str | None = None
    """Private key to sign in with; missing: a password is used."""
    drop_folder: str
    """Where files are dropped. Never missing."""
    pickup_folder: str | None = None
    """Where answers lie; missing: nothing is picked up."""
    after_pickup: Literal["leave", "delete", "move"] = "leave"
    """What becomes of an answer on the server once it is safely here."""
    done_folder: str | None = None
    """Where `move` moves it."""
    tries: int = Field(default=4, ge=1, le=10)
    """How often a broken connection is made anew."""
    first_wait_seconds: float = Field(default=1.0, ge=0, le=60)
    """Wait before the second try; each further wait is twice as long."""
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)
    """How long to wait for an answer."""

    @property
    def name(self) -> str:
        """User, host and port, as they stand in messages."""
        return f"{self.user}@{self.host}:{self.port}"


def read_server(path: Path) -> SftpServer:
    """Read the settings of a server.

    Args:
        path: A TOML file. A key_file that is no absolute path is looked for beside it.

    Raises:
        SettingError: it is not there, is no TOML, holds a secret, or lacks something.
    """
    try:
        with path.open("rb") as opened:
            content = tomllib.loads(opened.read(_MOST_BYTES).decode())
    except OSError as error:
        step = "Name the server's settings with --server FILE, or put them where NECESSITY_SFTP says."
        raise SettingError(f"{path} cannot be read: {error.strerror}.", step, setting="--server") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is no TOML: {error}.", "Mend that line.", setting="--server") from None
    for secret in _SECRETS:
        if secret in content:
            step = f"Take it out, and give it as NECESSITY_SFTP_{secret.upper()}."
            raise SettingError(f"{path} holds a {secret}; a file is no place for it.", step, setting="--server")
    try:
        server = SftpServer.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        step = "See docs/how-to/send-a-claim.md for a whole example."
        raise SettingError(f"{path}: {where}: {first['msg']}.", step, setting="--server") from None
    if server.after_pickup == "move" and not server.done_folder:
        step = "Add done_folder, or choose leave or delete."
        raise SettingError(f"{path}: after_pickup is move, but done_folder is missing.", step, setting="--server")
    if server.key_file:
        beside = path.parent / Path(server.key_file).expanduser()
        server = server.model_copy(update={"key_file": str(beside)})
    return server
