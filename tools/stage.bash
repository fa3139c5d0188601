# Sourced by the stages in tools/test.d: how gtest, ctest, node and plain commands become the lines that ./test counts.
# Every function prints `ok NAME`, `not ok NAME -- COMMAND` (details indented below) or `skip NAME -- WHY`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=${PARTYLINE_JOBS:-$(nproc)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# g++ 12's thread sanitizer does not know the address layouts of newer kernels (vm.mmap_rnd_bits above 28): its programs
# are started behind this, where the system allows it.
fixed_addresses=()
! setarch --addr-no-randomize true 2>/dev/null || fixed_addresses=(setarch --addr-no-randomize)

indented() { sed 's/^/    /'; }

# check NAME COMMAND...: one case is one command that succeeds.
check()
{
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then echo "ok $name"; else
        # A function of a stage cannot be called from outside: the stage can.
        if [ "$(type -t "$1")" = function ]; then echo "not ok $name -- ./test ${0##*/}"; else echo "not ok $name -- $*"; fi
        tail -n 40 <<<"$output" | indented
    fi
}

# unit_tests PRESET: every tests/unit folder's program, run whole; one that dies takes only the rest of its own cases along.
unit_tests()
{
    local preset=$1 program output status name fixed=()
    [ "$preset" != tsan ] || fixed=("${fixed_addresses[@]}")
    tools/build "$preset" unit_tests || return 1
    for program in build/"$preset"/tests/unit_*; do
        [ -x "$program" ] && [ -f "$program" ] || continue
        output=$scratch/$(basename "$program")
        name=$preset.$(basename "$program")
        timeout 900 "${fixed[@]}" "$program" --gtest_color=no >"$output" 2>&1
        status=$?
        awk -v name="$name" -v program="$program" '
            /^\[       OK \] / { print "ok " name "." $4 }
            /^\[  SKIPPED \] / && /ms\)$/ { print "skip " name "." $4 " -- the test says why" }
            /^\[ RUN      \] / { details = ""; next }
            /^\[  FAILED  \] .*ms\)$/ {
                sub(/,$/, "", $4)
                print "not ok " name "." $4 " -- " program " --gtest_filter=" $4
                printf "%s", details
            }
            { details = details "    " $0 "\n" }' "$output"
        # Ended in the middle, or by a sanitizer after its last case (whose status may be 1, as gtest's own).
        if [ $status -ne 0 ] && ! { grep -aq '^\[  PASSED  \]' "$output" && grep -aq '^\[  FAILED  \]' "$output"; }; then
            local last
            last=$(grep -a '^\[ RUN ' "$output" | tail -n 1 | awk '{print $4}')
            echo "not ok $name.$last ended the program with status $status -- $program --gtest_filter=$last"
            tail -n 60 "$output" | indented
        fi
    done
    # What is registered with ctest and is no unit test.
    ctest --test-dir build/"$preset" -LE '^unit$' --output-on-failure --timeout 900 2>&1 | awk -v preset="$preset" '
        /^ *[0-9]+\/[0-9]+ +Test +#/ {
            match($0, /#[0-9]+: /); name = substr($0, RSTART + RLENGTH); sub(/ .*/, "", name)
            failed = !/ Passed /
            if (!failed) print "ok " preset "." name
            else print "not ok " preset "." name " -- ctest --test-dir build/" preset " -R ^" name "$ --output-on-failure"
            next
        }
        failed { print "    " $0 }'
}

# node_tests [-j N] FILE...: the files, N at a time.
node_tests()
{
    local at_once=1 file
    if [ "${1-}" = -j ]; then at_once=$2; shift 2; fi
    [ $# -gt 0 ] && [ -e "$1" ] || { echo "skip node tests -- there are none yet"; return; }
    export scratch
    printf '%s\0' "$@" | xargs -0 -P "$at_once" -I{} bash -c '
        out=$scratch/$(tr / _ <<<"$1")
        timeout ${PARTYLINE_FILE_TIMEOUT:-600} node --test --test-reporter=./tools/node_reporter.mjs "$1" >"$out" 2>&1
        status=$?
        if [ $status -ne 0 ] && ! grep -q "^not ok " "$out"; then
            echo "not ok $1 broke off with status $status -- node --test $1" >>"$out"
        fi
        cat "$out"' _ {}
}
