#!/bin/sh
# From nothing to every figure, the table of claims, the paper and the report.
#
# usage: ./run_all.sh [options]
#
#   ./run_all.sh                          the main claims, in minutes
#   ./run_all.sh --profile smoke          everything once, tiny
#   ./run_all.sh --only large_stepsize    one experiment
#
#   --profile P     smoke, quick, laptop or full [quick]
#   --only NAME     run this experiment only; may be repeated
#   --jobs N        worker processes [one per core, on a GPU at most 8]
#   --device D      cpu or cuda [cpu]
#   --strict        exit 3 when a claim fails (after finishing everything)
#   --no-install    never install packages, only say what is missing
#   --help          this text
#
# What is up to date is not done again. Exit: 0 done, 1 something failed, 2 wrong
# option or missing package, 3 a claim failed (--strict), 130 interrupted.
set -eu
cd "$(dirname "$0")"

help() { sed -n '2,/^set -eu/p' "$0" | sed '$d;s/^# \{0,1\}//'; }
usage() {
    echo "error: $1" >&2
    echo "./run_all.sh --help lists the options" >&2
    exit 2
}

profile=quick device=cpu jobs='' only='' strict='' install=''
while [ $# -gt 0 ]; do
    case $1 in
    --profile | --only | --jobs | --device)
        [ $# -gt 1 ] || usage "$1 needs a value"
        case $1 in
        --profile) profile=$2 ;;
        --only)
            [ -n "$2" ] || usage "--only needs the name of an experiment"
            only="$only $2"
            ;;
        --jobs) jobs=$2 ;;
        --device) device=$2 ;;
        esac
        shift
        ;;
    --strict) strict=--strict ;;
    --no-install) install=--no-install ;;
    -h | --help) help && exit 0 ;;
    *) usage "no option is called '$1'" ;;
    esac
    shift
done
case $profile in smoke | quick | laptop | full) ;; *) usage "no profile is called '$profile'" ;; esac
case $device in cpu | cuda) ;; *) usage "no device is called '$device'" ;; esac
case $jobs in *[!0-9]* | 0) usage "--jobs takes a number from 1 on, not '$jobs'" ;; esac
for name in $only; do
    [ -d "experiments/$name" ] || usage "no experiment is called '$name'; there are: $(cd experiments && echo *)"
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

# Is a part that can be left out here? Installed when root, else one sentence.
optional() {
    part=$1 skipped=$2
    shift 2
    for tool in "$@"; do
        # shellcheck disable=SC2086 # an option or nothing
        command -v "$tool" >/dev/null || sh .ci/packages.sh $install "$part" >"$log" 2>&1 || true
        command -v "$tool" >/dev/null && continue
        echo "$skipped: $tool is not here ($(tail -n 1 "$log" | sed 's/^ *//'))"
        return 1
    done
}

# make, speaking only when it did or could not do something.
build() {
    if ! make --no-print-directory -s "$@" PROFILE="$profile"; then
        echo "$1: failed" >&2
        status=1
    fi
}

status=0 claims_failed=no
# shellcheck disable=SC2086 # an option or nothing
sh .ci/packages.sh $install build
data/fetch.sh >"$log" 2>&1 || echo "data: $(grep -c ': ' "$log") files could not be fetched; claims that" \
    "need them are not run (data/fetch.sh says which)"

case $device in
cpu) built=build/cpu ;;
cuda) built=build/cuda ;;
esac
make --no-print-directory -s all || exit 1
[ "$device" = cpu ] || make --no-print-directory -s all CUDA=1 || exit 1
[ "$device" = cpu ] || [ -d "$built" ] || usage "--device cuda needs nvcc, and there is none here"
for program in experiments/*/; do
    name=$(basename "$program")
    [ -x "$built/$name" ] || continue
    case " ${only:-$name} " in *" $name "*) ;; *) continue ;; esac
    code=0
    # shellcheck disable=SC2086 # options or nothing
    "$built/$name" --profile "$profile" --device "$device" ${jobs:+--jobs $jobs} $strict || code=$?
    case $code in
    0) ;;
    3) claims_failed=yes ;;
    2 | 130) exit $code ;;
    *)
        echo "$name: failed with exit $code; going on without it" >&2
        status=1
        ;;
    esac
done

if optional figures "figures, report and paper skipped" gnuplot python3; then
    build plots report
    if optional paper "paper skipped" latexmk pdflatex; then build paper; fi
fi

echo
make --no-print-directory -s claims || status=1
echo
for place in results/*/claims.csv results/figures results/report.html paper/paper.pdf; do
    [ ! -e "$place" ] || echo "$place"
done
[ "$status" -eq 0 ] || exit "$status"
[ "$claims_failed" = no ] || exit 3
