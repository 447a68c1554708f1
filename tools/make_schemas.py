"""Write the JSON Schemas of a case folder into docs/reference/schemas/; --check says if they are in step.

They are made from the records in `necessity.domain`; never edit them by hand.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from necessity.stores.schema import schemas

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "schemas"


def main(arguments: list[str]) -> int:
    made = {FOLDER / name: json.dumps(schema, indent=2) + "\n" for name, schema in schemas().items()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is not in step with the records; run: python tools/make_schemas.py")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(made[path])
    print(f"{len(made)} schemas in {FOLDER}, {len(stale)} of them new or changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
