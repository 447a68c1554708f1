"""Where cases are kept: `memory` forgets, `folder` is a case folder that a person can read and mend."""
