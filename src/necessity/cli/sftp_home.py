"""Where the command line finds a clearinghouse's server: settings in a file, secrets in the environment only."""

import os
from pathlib import Path

from necessity.cli.key_home import keys_folder
from necessity.stores.sftp import SftpStore
from necessity.stores.sftp_server import Secrets, read_server


def sftp_store(server: Path | None) -> SftpStore:
    """Choose the server: the file named, else NECESSITY_SFTP, else sftp.toml beside the keys.

    Raises:
        SettingError: the settings are not there or not right, or asyncssh is not installed.
    """
    said = os.environ.get("NECESSITY_SFTP", "")
    path = server or (Path(said).expanduser() if said else keys_folder().parent / "sftp.toml")
    secrets = Secrets(os.environ.get("NECESSITY_SFTP_PASSWORD"), os.environ.get("NECESSITY_SFTP_PASSPHRASE"))
    return SftpStore(read_server(path), secrets)
