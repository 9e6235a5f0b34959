#!/bin/sh
# Everything that a GPU has to prove, from an unpacked kit, into one folder.
# usage: [LIMIT=SECONDS] sh run.sh [FOLDER [PART…]]      FOLDER: gpu-results
#
# Parts, in this order if none is named:
#   tests        the CUDA files against the CPU's
#   smoke        every experiment, tiny: on the GPU, and the CPU's verdicts on the same
#   memory products designs training trials  the bench (tests/gpu/bench.sh)
#   quick        every experiment in minutes, likewise
#   sanitizer    the tests under compute-sanitizer, where that is
# A part goes on when another fails; the last lines say what passed. After LIMIT seconds what runs
# is cut off and what is left is skipped; a later call with the same FOLDER adds to it.
#
# Needs a driver, cuBLAS and cuSOLVER of the CUDA that the kit was built with; nothing is
# installed. Exit 0: what was run passed; 1: not all, or nothing was; 2: it cannot start; 77: no GPU
# answers, so nothing was run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-gpu-results}
[ $# -gt 0 ] && shift
parts=${*:-tests smoke memory products designs training trials quick sanitizer}
for name in $parts; do
    case $name in
    tests | smoke | memory | products | designs | training | trials | quick | sanitizer) ;;
    *) echo "no part is called '$name': sh run.sh without any does them all" >&2 && exit 2 ;;
    esac
done
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
cd "$here" || exit 2
passed=0 failed=0 skipped=0

say() { echo "$*" | tee -a "$out/summary.txt"; }
skip() { skipped=$((skipped + 1)) && say "skipped  $1"; }

end=$(($(date +%s) + ${LIMIT:-1000000}))
# attempt SECONDS WHAT LOG command…: at most so long, and not beyond the end.
attempt() {
    most=$1 what=$2 log=$3 left=$((end - $(date +%s)))
    shift 3
    if [ "$left" -le 0 ]; then
        skip "$what: the time is up"
        return
    fi
    [ "$left" -lt "$most" ] && most=$left
    code=0
    timeout -k 10 "$most" "$@" >"$out/$log" 2>&1 </dev/null || code=$?
    case $code in
    0) passed=$((passed + 1)) && say "passed   $what ($log)" ;;
    124 | 137) failed=$((failed + 1)) && say "FAILED   $what ($log): cut off after $most s" ;;
    *) failed=$((failed + 1)) && say "FAILED   $what ($log), which ends:" && tail -n 8 "$out/$log" |
        sed 's/^/    /' | tee -a "$out/summary.txt" ;;
    esac
}

# ---- libraries: CUDA's from the linker's own places, the packages of pip (PyTorch then meets its
# own) or a toolkit; of the others the machine's, and from lib/ what it lacks
places=$(python3 -c 'import site, os
for folder in site.getsitepackages() + [site.getusersitepackages()]:
    for path, folders, files in os.walk(os.path.join(folder, "nvidia")):
        if path.endswith("/lib"): print(path)' 2>/dev/null
    ls -d /usr/local/cuda/lib64 /usr/local/cuda-*/lib64 2>/dev/null)
taken=$(mktemp -d) || exit 2
trap 'rm -rf "$taken"' EXIT
LD_LIBRARY_PATH=$taken${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}:$(echo "$places" | tr '\n' ':')
export LD_LIBRARY_PATH
programs=$(find build/cuda -maxdepth 1 -type f | sort)
tests=$(find build/cuda/tests -type f -name 'test_cuda*' | sort)

# Names of libraries that are absent or too old, and versions of the C library.
lacking() {
    # shellcheck disable=SC2086 # lists
    ldd $programs $tests 2>&1 | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p
        s/^.*version .\(GLIBC_[0-9.]*\). not found.*/\1/p
        s/^[^ ]*\/\([^ /]*\): version .* not found.*/\1/p' | sort -u
}
# What is taken may need more.
for round in 1 2 3 4 5 6; do
    more=
    for library in $(lacking); do
        if [ -e "lib/$library" ] && [ ! -e "$taken/$library" ]; then
            ln -s "$here/lib/$library" "$taken/" && more=$round
        fi
    done
    [ -n "$more" ] || break
done
cuda=$(cat CUDA)
absent=$(lacking | tr '\n' ' ')
if [ -n "$absent" ]; then
    say "cannot start: not found on this machine: $absent(looked in LD_LIBRARY_PATH, pip's nvidia packages, /usr/local/cuda and the kit, which was built with CUDA $cuda and needs its libraries; 'make gpu-kit NVCC=…' makes one with another)"
    exit 2
fi

# ---- the machine
first=$(echo "$programs" | head -n 1)
# Why no device answers; empty where one does: then the bench of a part that it has not is no work.
deaf=$(build/cuda/tests/bench_gpu '' '' --tiny nothing 2>&1) && deaf=
deaf=${deaf#bench_gpu: skipped: }
{
    echo "run.commit = $(cat COMMIT)"
    echo "run.cuda = $cuda"
    echo "run.date = $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    if [ -n "$deaf" ]; then
        echo "run.gpu = none: $deaf"
    else
        cards=$(nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm --format=csv,noheader 2>/dev/null)
        echo "${cards:-unknown: nvidia-smi says nothing}" | sed 's/^/run.gpu = /'
    fi
    echo "run.cpu = $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    ldd "$first" | sed -n 's/.*libcublas\.so.*=> *\([^ ]*\).*/\1/p' | xargs -r readlink -f | sed 's/^/run.cublas = /'
} >"$out/run.txt" 2>&1
cat "$out/run.txt"
if [ -n "$deaf" ]; then
    skip "everything, since no GPU answers: $deaf"
    say "0 passed, 0 failed: nothing is proved"
    exit 77
fi

# Every test is a process of its own: a card that nobody holds open is set up anew for each, which
# can take seconds. What holds it open also tells whether the card was hot, slow or shared.
nvidia-smi --query-gpu=timestamp,clocks.sm,temperature.gpu,power.draw,utilization.gpu,memory.used \
    --format=csv -l 5 >>"$out/card.csv" 2>/dev/null &
trap 'kill $! 2>/dev/null; rm -rf "$taken"' EXIT

# ---- parts
run_tests() {
    for test in $tests; do
        name=$(basename "$test")
        attempt 300 "$name" "$name.txt" env MODEL_STEPS=50 OMP_NUM_THREADS=1 sh tests/run.sh "$test"
        [ -e "$out/$name.txt" ] || continue
        tail -n 1 "$out/$name.txt"
        if tail -n 1 "$out/$name.txt" | grep -q skipped; then
            failed=$((failed + 1)) && say "FAILED   $name: a GPU answers, so none may be skipped"
        fi
    done
}

run_sanitizer() {
    sanitizer=$(command -v compute-sanitizer ||
        find /usr/local/cuda*/ -name compute-sanitizer -type f 2>/dev/null | head -n 1)
    if [ -z "$sanitizer" ]; then
        skip "compute-sanitizer is not on this machine"
        return
    fi
    # Calls that fail are our programs' own to report: libraries try some that may.
    for tool in memcheck racecheck initcheck; do
        for test in $tests; do
            name=$(basename "$test")
            attempt 300 "$tool: $name" "$tool-$name.txt" env MODEL_STEPS=3 \
                "$sanitizer" --tool $tool --target-processes all --report-api-errors no \
                --error-exitcode 9 "$test" --jobs 1
        done
    done
}

# The GPU's verdicts against the CPU's, kept or made here.
run_experiments() {
    profile=$1
    for program in $programs; do
        name=$(basename "$program")
        reference=results/reference/$profile/$name
        attempt 900 "$name, profile $profile, on the GPU" "$name-$profile.txt" \
            "$program" --device cuda --profile "$profile" --out "$out/$profile/$name" --quiet
        [ -e "$out/$profile/$name/claims.csv" ] || continue
        if [ ! -e "$reference/claims.csv" ]; then
            reference=$out/$profile-cpu/$name
            attempt 900 "$name, profile $profile, on the CPU" "$name-$profile-cpu.txt" \
                "$program" --device cpu --profile "$profile" --out "$reference" --quiet
        fi
        attempt 60 "$name, profile $profile: the CPU's verdicts" "$name-$profile-verdicts.txt" \
            sh tests/gpu/verdicts.sh "$program" "$reference" "$out/$profile/$name"
    done
}

for part in $parts; do
    case $part in
    tests) run_tests ;;
    smoke | quick) run_experiments "$part" ;;
    sanitizer) run_sanitizer ;;
    *) attempt 900 "bench of $part" "bench-$part.txt" sh tests/gpu/bench.sh "$out/bench" "$part" ;;
    esac
done

say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
