"""`necessity letter verify`: whether a sealed letter is what was sealed."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.key_home import keys_folder, read_file


def letter_verify(file: Path, *, as_json: Annotated[bool, Parameter(name="--json")] = False) -> int:
    """Say whether a sealed PDF is intact, who signed it and how, when, and for which case. Works offline.

    Ends with 0 where it is intact and sealed here, with 1 where it is altered, doubtful, foreign or unsealed,
    with 3 where it cannot be read.

    Parameters
    ----------
    file
        The PDF.
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys, safety
    from necessity.sealing.report import SealState
    from necessity.sealing.verify import verify

    report = verify(read_file(file, safety.LIMITS.size_bytes), keys.read_ring(keys_folder()))
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        from necessity.cli import show_seal

        show_seal.seal(file, report)
    return 0 if report.state is SealState.INTACT else 1
