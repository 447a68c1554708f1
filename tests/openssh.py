"""A real OpenSSH server for one test: on loopback, on a free port, with keys of its own, stopped by its own id."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from getpass import getuser
from pathlib import Path

import asyncssh

SSHD = Path("/usr/sbin/sshd")


class OpenSsh:
    """The server while it runs."""

    def __init__(self, folder: Path, port: int, process: "subprocess.Popen[bytes]", host_key: str) -> None:
        self.port = port
        self.host_key = host_key
        self.client_key = folder / "client"
        self.drop = folder / "drop"
        self.pickup = folder / "pickup"
        self.done = folder / "done"
        self._process = process

    def children(self) -> list[int]:
        """The processes that serve a connection, whatever stands between them and the server."""
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                inner = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                continue
            waiting += map(int, inner)
            found += map(int, inner)
        return found

    def break_off(self) -> None:
        """Kill what serves the connections, and leave the server itself."""
        for pid in self.children():
            kill(pid)


def kill(pid: int) -> None:
    """End one process; it may have ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def openssh(folder: Path, sftp: str = "internal-sftp") -> Iterator[OpenSsh]:
    """Run a server; `sftp` is what serves files, `internal-sftp -R` one that lets nothing be written."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it; Debian's start script makes it
    for name in ("drop", "pickup", "done"):
        (folder / name).mkdir()
    for name in ("host", "client"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(str(folder / name))
        key.write_public_key(str(folder / f"{name}.pub"))
        (folder / name).chmod(0o600)
    port, log = free_port(), folder / "sshd.log"
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/client.pub\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication yes\n"
        f"KbdInteractiveAuthentication no\nMaxStartups 50\nLogLevel VERBOSE\nSubsystem sftp {sftp}\n"
    )
    command = [str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config")]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stderr=said, stdout=said)
    try:
        wait_for(port, process, log)
        yield OpenSsh(folder, port, process, (folder / "host.pub").read_text().strip())
    finally:
        process.terminate()
        process.wait(timeout=10)


def settings_of(server: OpenSsh, **more: object) -> dict[str, object]:
    """What a settings file for this server says."""
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "user": getuser(),
        "host_keys": (server.host_key,),
        "key_file": str(server.client_key),
        "drop_folder": str(server.drop),
        "pickup_folder": str(server.pickup),
        "first_wait_seconds": 0.05,
        "timeout_seconds": 10.0,
    } | more
