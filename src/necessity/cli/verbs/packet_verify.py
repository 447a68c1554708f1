"""`necessity packet verify`: whether a packet is whole and unchanged, and what is sealed in it intact."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.key_home import keys_folder, read_file

_MOST_BYTES = 200_000_000


def packet_verify(file: Path, *, as_json: Annotated[bool, Parameter(name="--json")] = False) -> int:
    """Say whether a packet is what was written: pages, index, files, and every seal inside. Works offline.

    Ends with 0 where it is whole and every sealed paper in it was sealed here and is intact, with 1 where anything is
    missing, changed, doubtful or sealed elsewhere, with 3 where it cannot be read.

    Parameters
    ----------
    file
        The packet, or one part of it.
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys
    from necessity.workflow.verify_packet import verify_packet

    report = verify_packet(read_file(file, _MOST_BYTES), keys.read_ring(keys_folder()))
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        from necessity.cli import show_seal

        show_seal.packet(file, report)
    return 0 if report.is_whole else 1
