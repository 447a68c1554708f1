#!/bin/sh
# The main job on an example case: the decision, the packet, and what to try next. `make run` calls this.
set -eu
cd "$(dirname "$0")/.."

necessity=.venv/bin/necessity
example=examples/01_hsa_back_pain
payer=hsa
on=2026-06-30
packet=build/packet.pdf

# 1 means "done, and the answer is not a plain yes", which is an answer like any other.
show() {
    echo "\$ $*"
    status=0
    "$@" || status=$?
    [ "$status" -lt 2 ] || exit "$status"
    echo
}

mkdir -p "$(dirname "$packet")"
show "$necessity" decide "$example" --on "$on"
show "$necessity" packet "$example" --to "$payer" --on "$on" -o "$packet"

cat <<TEXT
The packet is at $packet. To try next:

    $necessity decide $example --on $on --explain
        the same decision, with every rule, its answer and its source
    $necessity rules list
        all the rules
    $necessity new my_case
        a case of your own
TEXT
