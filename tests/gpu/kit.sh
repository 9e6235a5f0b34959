#!/bin/sh
# Everything that a GPU has to prove, from an unpacked kit, into one folder.
# usage: sh run.sh [FOLDER] [PROFILE…]      FOLDER: gpu-results; profiles: smoke quick
#
# In order: the machine, the tests against the CPU (and again under compute-sanitizer where that
# is), the bench, each experiment on the GPU against the CPU. Each part goes on when another fails;
# the last lines say what passed. Needs a driver and cuBLAS and cuSOLVER; nothing is installed.
# Exit 0: all passed; 1: not all; 2: it cannot start; 77: no GPU answers, so nothing was run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-gpu-results}
[ $# -gt 0 ] && shift
profiles=${*:-smoke quick}
mkdir -p "$out" || exit 2
out=$(cd "$out" && pwd)
cd "$here" || exit 2
passed=0 failed=0 skipped=0
exec 3>"$out/summary.txt"

say() { echo "$*" | tee /dev/fd/3; }
part() { # part NAME LOG command…
    name=$1 log=$2
    shift 2
    if "$@" >"$out/$log" 2>&1; then
        passed=$((passed + 1)) && say "passed   $name ($log)"
    else
        failed=$((failed + 1)) && say "FAILED   $name ($log)"
    fi
}
skip() { skipped=$((skipped + 1)) && say "skipped  $1"; }

# ---- libraries: CUDA's from the linker's own places, a toolkit, or the packages of pip; of the
# others the machine's own, since PyTorch is loaded beside them, and from lib/ what it lacks
places=$(ls -d /usr/local/cuda/lib64 /usr/local/cuda-*/lib64 2>/dev/null
    python3 -c 'import site, sys, os
for folder in site.getsitepackages() + [site.getusersitepackages()]:
    root = os.path.join(folder, "nvidia")
    for path, folders, files in os.walk(root):
        if path.endswith("/lib"): print(path)' 2>/dev/null)
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
absent=$(lacking | tr '\n' ' ')
if [ -n "$absent" ]; then
    say "cannot start: not found on this machine: $absent(looked in LD_LIBRARY_PATH, /usr/local/cuda, pip's nvidia packages and the kit)"
    exit 2
fi

# ---- the machine
first=$(echo "$programs" | head -n 1)
# Why no device answers; empty where one does.
deaf=$("$(echo "$tests" | tail -n 1)" --verbose 2>&1 | sed -n 's/^\[SKIP\] [^ ]*: //p' | head -n 1)
{
    echo "run.commit = $(cat COMMIT)"
    echo "run.date = $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    if [ -n "$deaf" ]; then
        echo "run.gpu = none: $deaf"
    else
        nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm --format=csv,noheader 2>/dev/null |
            grep . | sed 's/^/run.gpu = /' || echo "run.gpu = unknown: nvidia-smi says nothing"
    fi
    echo "run.cpu = $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "run.cublas = $(ldd "$first" | sed -n 's/.*libcublas\.so.*=> *\([^ ]*\).*/\1/p' | xargs -r readlink -f | xargs -r basename)"
} >"$out/run.txt" 2>&1
cat "$out/run.txt"
if [ -n "$deaf" ]; then
    skip "everything, since no GPU answers: $deaf"
    say "0 passed, 0 failed: nothing is proved"
    exit 77
fi

# ---- tests
# shellcheck disable=SC2086 # a list
MODEL_STEPS=50 part "tests against the CPU" tests.txt sh tests/run.sh $tests
tail -n 1 "$out/tests.txt"

sanitizer=$(command -v compute-sanitizer ||
    find /usr/local/cuda*/bin -name compute-sanitizer 2>/dev/null | head -n 1)
if [ -n "$sanitizer" ]; then
    for tool in memcheck racecheck initcheck; do
        for test in $tests; do
            name=$(basename "$test")
            MODEL_STEPS=3 part "$tool: $name" "$tool-$name.txt" timeout 1200 \
                "$sanitizer" --tool $tool --target-processes all --error-exitcode 9 "$test" --jobs 1
        done
    done
else
    skip "compute-sanitizer is not on this machine"
fi

# ---- bench
if [ -x build/cuda/tests/bench_gpu ]; then
    part "bench" bench.txt sh tests/gpu/bench.sh "$out/bench"
else
    skip "the bench is not in this kit"
fi

# ---- experiments: the verdicts of the GPU against the CPU's, kept or run here
for profile in $profiles; do
    for program in build/cuda/*; do
        if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
        name=$(basename "$program") reference=results/reference/$profile/$(basename "$program")
        part "$name, profile $profile, on the GPU" "$name-$profile.txt" \
            "$program" --device cuda --profile "$profile" --out "$out/$profile/$name" --quiet
        if [ ! -e "$reference/claims.csv" ]; then
            reference=$out/$profile-cpu/$name
            part "$name, profile $profile, on the CPU" "$name-$profile-cpu.txt" \
                "$program" --device cpu --profile "$profile" --out "$reference" --quiet
        fi
        part "$name, profile $profile: the CPU's verdicts" "$name-$profile-verdicts.txt" \
            sh tests/gpu/verdicts.sh "$program" "$reference" "$out/$profile/$name"
    done
done

say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
