"""Pin what the project installs: one file of hashes for the core and one for each extra.

Writes requirements/core.txt and requirements/<extra>.txt from pyproject.toml, each with the core and the
build backend in it, so that each can be installed alone with `pip install --require-hashes -r`. All are cut
from one resolution, so that no two of them disagree. Pins that still fit are kept, unless --upgrade is given.

A pin says what a file must hash to, never where it lies: `download_addresses` finds a line that does.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
HEADING = "# Written by `make lock` from pyproject.toml. Not edited by hand.\n"

# In pieces, so that a search of the whole project for these finds only what should not be there.
ADDRESS_MARKS = (":" + "//", "index" + "-url", "find" + "-links")


def download_addresses(text: str) -> list[str]:
    """List the lines of a requirement or lock file that say where to download from.

    Examples:
        >>> download_addresses("rich==15.0.0")
        []
    """
    return [line for line in text.splitlines() if any(mark in line for mark in ADDRESS_MARKS)]


def pins(text: str) -> set[str]:
    r"""Read the pins of a requirement file, without their hashes.

    Examples:
        >>> pins("colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:ab12\n")
        {"colorama==0.4.6 ; sys_platform == 'win32'"}
    """
    return {line.rstrip(" \\") for line in text.splitlines() if line and not line.startswith((" ", "#"))}


def compile_pins(
    sources: Iterable[Path], output: Path, *, extras: Iterable[str] = (), options: Iterable[str] = ()
) -> None:
    """Resolve the sources and write every package with its version and hashes."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *map(str, sources), "--output-file", str(output)]
    command += ["--universal", "--generate-hashes", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--quiet", *options]
    for extra in extras:
        command += ["--extra", extra]
    subprocess.run(command, check=True, cwd=ROOT)


def resolve(files: dict[Path, list[str]], before: dict[Path, str], options: list[str]) -> dict[Path, str]:
    """Resolve everything once, then cut the text of each file, given with its extras, from that."""
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    kept = set().union(*map(pins, before.values()))
    after = {}
    with TemporaryDirectory() as folder:
        also, everything = Path(folder, "backend.in"), Path(folder, "everything.txt")
        also.write_text("\n".join(backend), encoding="utf-8")
        everything.write_text("\n".join(sorted(kept)), encoding="utf-8")
        sources = [ROOT / "pyproject.toml", also]
        compile_pins(sources, everything, extras=chain(*files.values()), options=options)
        for path, extras in files.items():
            output = Path(folder, path.name)
            compile_pins(sources, output, extras=extras, options=["--constraint", str(everything)])
            after[path] = HEADING + output.read_text(encoding="utf-8")
    return after


def main(arguments: list[str]) -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = {REQUIREMENTS / "core.txt": []}
    files |= {REQUIREMENTS / f"{extra}.txt": [extra] for extra in project["optional-dependencies"]}
    before = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in files}
    after = resolve(files, before, arguments)

    for path, text in after.items():
        if addresses := download_addresses(text):
            print(f"{path.name} would name a download address: {addresses[0]}", file=sys.stderr)
            return 1
    REQUIREMENTS.mkdir(exist_ok=True)
    for path, text in after.items():
        if text != before[path]:  # an untouched file sets nothing up anew
            path.write_text(text, encoding="utf-8")
        new = sorted(pins(text) - pins(before[path]))
        news = f"new: {', '.join(new)}" if new else "nothing new"
        print(f"{path.relative_to(ROOT)}: {len(pins(text))} packages, {news}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
