"""A clearinghouse's SFTP server: drop a file once and only once, pick answers up once and only once.

A file goes up under a waiting name and gets its own name in one stroke when it lies there whole. A broken connection is
made anew and goes on where it stopped. Before anything is sent again the server is asked what it has. Host keys are
pinned: an unknown or a changed one ends the matter.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from necessity.errors import NecessityError, SettingError, StoreError
from necessity.stores.sftp_server import Secrets, SftpServer
from necessity.workflow.outbox import Dropped, Picked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import asyncssh

T = TypeVar("T")

WAITING = ".part"
"""Ends the name of a file that is not whole yet."""
_UNFINISHED = (WAITING, ".tmp", ".filepart", ".partial")
_PIECE = 65_536
_MOST_BYTES = 200_000_000


def _broken_off(why: str) -> StoreError:
    """Say that the connection broke, or did not come about, so that trying again may help."""
    step = "Try again later with the same command; it goes on where it stopped, and sends nothing twice."
    return StoreError(why, step, try_again=True)


class SftpStore:
    """One server, reached anew for every job."""

    def __init__(self, server: SftpServer, secrets: Secrets, *, on_piece: Callable[[int], None] | None = None) -> None:
        """Keep how to reach the server; nothing is opened yet.

        Args:
            server: Where it is, whose key is trusted, where things lie.
            secrets: Password or passphrase.
            on_piece: Is told how many bytes of a file lie on the server after each piece.

        Raises:
            SettingError: asyncssh is not installed.
        """
        try:
            import asyncssh
        except ImportError:
            step = "Install it with: pip install 'necessity[sftp]'"
            raise SettingError("Sending by SFTP needs the package asyncssh.", step, setting="sftp") from None
        self._ssh = asyncssh
        self._server = server
        self._secrets = secrets
        self._on_piece = on_piece or (lambda _: None)

    @property
    def name(self) -> str:
        """User, host and port, as they stand in messages and in the outbox."""
        return self._server.name

    def drop(self, content: bytes, name: str, *, is_being_renamed: bool, before_rename: Callable[[], None]) -> Dropped:
        """Put a file into the drop folder, once.

        Args:
            content: The file.
            name: Its name there, made from its own digest.
            is_being_renamed: Whether an earlier run had it there whole and began its last step.
            before_rename: Is called when it lies there whole, before the last step.

        Returns:
            Whether it was placed now, was there already, or had been taken by the receiver.

        Raises:
            StoreError: the server refused, or could not be reached (`try_again`).
            SettingError: the key to sign in with cannot be used.
        """
        renaming = is_being_renamed

        def begun() -> None:
            nonlocal renaming
            before_rename()
            renaming = True

        async def once(sftp: "asyncssh.SFTPClient") -> Dropped:
            return await self._drop(sftp, content, name, renaming, begun)

        return asyncio.run(self._with_retries(once))

    def pick_up(self, is_known: Callable[[str, int, int], bool], keep: Callable[[Picked], None]) -> int:
        """Fetch the answers that are new.

        Args:
            is_known: Says of a name, length and moment of change whether that file was fetched before.
            keep: Keeps one answer; only when it returns may the server's copy be deleted or moved.

        Returns:
            How many files are left for next time because they were still growing.

        Raises:
            StoreError, SettingError: as for `drop`.
        """
        fetched: set[tuple[str, int, int]] = set()

        async def once(sftp: "asyncssh.SFTPClient") -> int:
            return await self._pick_up(sftp, lambda *key: key in fetched or is_known(*key), keep, fetched)

        return asyncio.run(self._with_retries(once))

    async def _with_retries(self, job: Callable[["asyncssh.SFTPClient"], Awaitable[T]]) -> T:
        """Do a job; where the connection breaks, wait and do it again, each time twice as long."""
        wait = self._server.first_wait_seconds
        for left in range(self._server.tries - 1, -1, -1):
            try:
                async with self._connected() as sftp:
                    return await job(sftp)
            except StoreError as broken:
                if not broken.try_again:
                    raise
                if not left:
                    times = f"{self._server.tries} times"
                    said = f"The server {self.name} could not be reached or broke off {times}: {broken.message}."
                    raise _broken_off(said) from None
            await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError("the last try returns or raises")

    @asynccontextmanager
    async def _connected(self) -> "AsyncIterator[asyncssh.SFTPClient]":
        """Open a connection to the pinned server, and tell its failures in our own words."""
        ssh, server = self._ssh, self._server
        try:
            async with (
                ssh.connect(server.host, server.port, **self._options()) as connection,
                connection.start_sftp_client() as sftp,
            ):
                yield sftp
        except ssh.HostKeyNotVerifiable:
            raise StoreError(
                f"The server at {server.host}:{server.port} shows a host key that is not the pinned one. "
                "Nothing was sent.",
                "Ask its operator, by a way you know, whether the key was changed; only then change host_keys.",
            ) from None
        except ssh.KeyExchangeFailed as error:
            step = "Ask its operator which host key and which methods it offers."
            raise StoreError(f"No safe connection to {self.name} came about: {error.reason}.", step) from None
        except ssh.PermissionDenied:
            step = "Check user, key file or NECESSITY_SFTP_PASSWORD; ask the operator whether the access is still open."
            raise StoreError(f"The server does not let {self.name} in.", step) from None
        except (ssh.SFTPConnectionLost, ssh.SFTPNoConnection) as error:
            raise _broken_off(error.reason or "connection lost") from None
        except ssh.SFTPError as error:
            raise self._refused(error) from None
        except ssh.Error as error:
            raise _broken_off(error.reason or type(error).__name__) from None
        except NecessityError:
            raise
        except (OSError, TimeoutError) as error:
            raise _broken_off(getattr(error, "strerror", None) or "no answer in time") from None

    def _options(self) -> dict[str, Any]:
        """Say how to connect: only the pinned key, only the given way to sign in, nothing of this user's own."""
        server, ssh = self._server, self._ssh
        try:
            known = ssh.import_known_hosts("".join(f"* {key}\n" for key in server.host_keys))
        except (ValueError, ssh.KeyImportError):
            step = "Write each as the operator gave it: type, blank, key."
            raise SettingError("host_keys cannot be read.", step, setting="host_keys") from None
        ways = {"preferred_auth": "publickey"} if server.key_file else {"preferred_auth": "password"}
        return {
            "username": server.user,
            "known_hosts": known,
            "client_keys": [self._key()] if server.key_file else None,
            "password": None if server.key_file else self._secrets.password,
            "agent_path": None,
            "config": [],
            "connect_timeout": server.timeout_seconds,
            "login_timeout": server.timeout_seconds,
            "keepalive_interval": server.timeout_seconds / 2,
            **ways,
        }

    def _key(self) -> "asyncssh.SSHKey":
        path = self._server.key_file or ""
        try:
            return self._ssh.read_private_key(path, self._secrets.passphrase)
        except OSError as error:
            step = "Correct key_file in the server's settings."
            raise SettingError(f"The key {path} cannot be read: {error.strerror}.", step, setting="key_file") from None
        except (self._ssh.KeyImportError, self._ssh.KeyEncryptionError) as error:
            step = "Give its passphrase as NECESSITY_SFTP_PASSPHRASE, or name another key_file."
            if "bcrypt" in str(error):
                step = "Install what opens such keys with: pip install bcrypt"
            raise SettingError(f"The key {path} cannot be opened: {error}.", step, setting="key_file") from None

    def _refused(self, error: "asyncssh.SFTPError") -> StoreError:
        """Tell what the server refused."""
        ssh = self._ssh
        if isinstance(error, ssh.SFTPPermissionDenied | ssh.SFTPWriteProtect):
            step = "Ask its operator for the right to write and rename there, or correct the folders in the settings."
            return StoreError(f"The server {self.name} lets nothing be written or read there.", step)
        if isinstance(error, ssh.SFTPNoSuchFile | ssh.SFTPNoSuchPath):
            step = "Correct drop_folder, pickup_folder and done_folder in the settings."
            return StoreError(f"The server {self.name} has no such folder.", step)
        says = error.reason or type(error).__name__
        return StoreError(
            f"The server {self.name} refused to take or give the file ({says}); its disk may be full. "
            "Nothing there bears the file's own name.",
            "Ask its operator, then use the same command again; it goes on where it stopped.",
        )

    async def _drop(
        self,
        sftp: "asyncssh.SFTPClient",
        content: bytes,
        name: str,
        renaming: bool,
        begun: Callable[[], None],
    ) -> Dropped:
        """Ask what is there, send what is missing, check it, and give it its name."""
        final = f"{self._server.drop_folder.rstrip('/')}/{name}"
        waiting = final + WAITING
        if await self._is_there(sftp, final, content):
            return Dropped.WAS_THERE
        half = await self._size(sftp, waiting)
        if half is None and renaming:
            return Dropped.WAS_TAKEN
        try:
            await self._send(sftp, content, waiting, half or 0)
            begun()
            await sftp.rename(waiting, final)
        except self._ssh.SFTPNoSuchFile:
            if await self._size(sftp, self._server.drop_folder) is None:
                raise
            raise _broken_off("somebody else moved the file meanwhile") from None
        except self._ssh.SFTPFailure:
            if not await self._is_there(sftp, final, content):
                raise
            await sftp.remove(waiting)
            return Dropped.WAS_THERE
        return Dropped.PLACED

    async def _send(self, sftp: "asyncssh.SFTPClient", content: bytes, waiting: str, half: int) -> None:
        """Bring a waiting file to its whole length, keeping what is there already if it is right."""
        start = half if half <= len(content) and half and await self._begins(sftp, waiting, content[:half]) else 0
        async with sftp.open(waiting, "r+b" if start else "wb") as remote:
            for place in range(start, len(content), _PIECE):
                piece = content[place : place + _PIECE]
                await remote.write(piece, place)
                self._on_piece(place + len(piece))
        if not await self._begins(sftp, waiting, content):
            raise _broken_off("what arrived is not what was sent")

    async def _is_there(self, sftp: "asyncssh.SFTPClient", path: str, content: bytes) -> bool:
        size = await self._size(sftp, path)
        if size is None:
            return False
        if size == len(content) and await self._begins(sftp, path, content):
            return True
        raise StoreError(
            f"The server {self.name} holds another file under the name of this one.",
            "Ask its operator to look at it; nothing was written over it.",
        )

    async def _begins(self, sftp: "asyncssh.SFTPClient", path: str, content: bytes) -> bool:
        """Say whether a file holds exactly this."""
        async with sftp.open(path, "rb") as remote:
            return cast(bytes, await remote.read(len(content) + 1)) == content

    async def _size(self, sftp: "asyncssh.SFTPClient", path: str) -> int | None:
        try:
            return (await sftp.stat(path)).size or 0
        except self._ssh.SFTPNoSuchFile:
            return None

    async def _pick_up(
        self,
        sftp: "asyncssh.SFTPClient",
        is_known: Callable[[str, int, int], bool],
        keep: Callable[[Picked], None],
        fetched: set[tuple[str, int, int]],
    ) -> int:
        folder = (self._server.pickup_folder or "").rstrip("/")
        growing = 0
        for entry in sorted(await sftp.readdir(folder), key=lambda one: str(one.filename)):
            name, size, moment = str(entry.filename), entry.attrs.size or 0, int(entry.attrs.mtime or 0)
            if entry.attrs.type != self._ssh.FILEXFER_TYPE_REGULAR or name.endswith(_UNFINISHED):
                continue
            if size > _MOST_BYTES:
                step = "Fetch it by hand, and read it with: necessity read"
                raise StoreError(f"{name} on {self.name} has more than {_MOST_BYTES // 1_000_000} MB.", step)
            key = (name, size, moment)
            if not is_known(*key):
                async with sftp.open(f"{folder}/{name}", "rb") as remote:
                    content = cast(bytes, await remote.read(size + 1))
                if len(content) != size:
                    growing += 1
                    continue
                keep(Picked(name, content, moment))
                fetched.add(key)
            await self._tidy(sftp, folder, name)
        return growing

    async def _tidy(self, sftp: "asyncssh.SFTPClient", folder: str, name: str) -> None:
        """Do with a fetched file on the server what the settings say."""
        if self._server.after_pickup == "delete":
            await sftp.remove(f"{folder}/{name}")
        elif self._server.after_pickup == "move":
            await sftp.rename(f"{folder}/{name}", f"{(self._server.done_folder or '').rstrip('/')}/{name}")
