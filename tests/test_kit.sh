#!/bin/sh
# The archive for a GPU machine: packed, unpacked and run without one. Its experiment is
# build/…/tests/tiny, which takes the GPU for the CPU; its tests and its bench only say that they ran.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh
B=${B:-build/cpu} tree=$PWD
case $B in /*) ;; *) B=$tree/$B ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
program() { mkdir -p "$(dirname "$1")" && cat >"$1" && chmod +x "$1"; }

# ---- the tree that is packed
mkdir -p tests/tools experiments results/reference/quick data
cp -r "$tree/tests/gpu" tests/
cp "$tree/tests/tools/run.sh" tests/tools/
cp -r "$tree/tests/programs/tiny" experiments/
"$B/tests/tiny" --profile quick --out results/reference/quick/tiny --quiet >/dev/null
program nvcc <<'END_OF_PROGRAM'
#!/bin/sh
echo 'Cuda compilation tools, release 12.8, V12.8.93'
END_OF_PROGRAM
# What the environment says of the GPU: SEED, other digits; TURNED, what sed does to its verdicts.
program built/tiny <<END_OF_PROGRAM
#!/bin/sh
gpu= out=
for word; do
    shift
    case \$word in cuda) gpu=yes word=cpu ;; *gpu-*) out=\$word ;; esac
    set -- "\$@" "\$word"
done
[ "\$gpu" ] && [ "\${SEED-}" ] && set -- "\$@" --seed "\$SEED"
"$B/tests/tiny" "\$@" || exit
[ "\$gpu" ] && [ "\${TURNED-}" ] && sed -i "\$TURNED" "\$out/claims.csv"
exit 0
END_OF_PROGRAM
program built/tests/test_cuda_rows <<'END_OF_PROGRAM'
#!/bin/sh
sleep "${SLOW-0}"
[ "${LEFT-}" ] && echo '[SKIP] rows::norm: no device'
echo "[====] Synthesis: Tested: 2 | Passing: 2 | Failing: 0 | Crashing: 0"
END_OF_PROGRAM
program built/tests/bench_gpu <<'END_OF_PROGRAM'
#!/bin/sh
[ "${DEAF-}" ] && echo "bench_gpu: skipped: $DEAF" && exit 77
[ "$4" = nothing ] || echo "$4,1,copying its bytes,1,1,1,1,0,no goal" >>"$3"
END_OF_PROGRAM
pack() { env SETS=none sh tests/gpu/pack.sh "$work/nvcc" built kit.tar.xz; }
check "the kit is packed" exits 0 pack
check "and says how to run it" says 'tar xf kit.tar.xz && cd gpu-kit && sh run.sh'
tar xf kit.tar.xz
cd gpu-kit || exit 1

# kit CODE [NAME=VALUE…] -- FOLDER PART…
kit() {
    wanted=$1 set=
    shift
    while [ "$1" != -- ]; do set=$set$1$newline && shift; done
    shift
    printf '%s' "$set" >given
    exits "$wanted" run_kit "$@"
}
newline='
'
run_kit() (
    while IFS= read -r line; do export "${line?}"; done <given
    sh run.sh "$@"
)
told() { grep -qE -- "$2" "$1/summary.txt" || { cat "$1/summary.txt" && return 1; }; }

# ---- what keeps it from starting
check "a part that is none" kit 2 -- gpu-none colours
check "is named" says "no part is called 'colours'"
check "and nothing is written" test ! -e gpu-none
check "no GPU" kit 77 'DEAF=no device answers' -- gpu-deaf smoke
check "is told, with the reason" told gpu-deaf '^skipped  everything, since no GPU answers: no device answers$'
check "nothing passed" told gpu-deaf '^0 passed, 0 failed: nothing is proved$'
check "the machine is described all the same" grep -q '^run.cuda = 12.8$' gpu-deaf/run.txt

# A linker that misses a library which the kit has, until it is found, and one that nobody has.
program "$work/bin/ldd" <<'END_OF_PROGRAM'
#!/bin/sh
echo "$LD_LIBRARY_PATH" | tr ':' '\n' | while read -r place; do
    [ -e "$place/libown.so.1" ] && echo found
done | grep -q found || echo '	libown.so.1 => not found'
[ "${ABSENT-}" ] && echo "	$ABSENT => not found"
exit 0
END_OF_PROGRAM
touch lib/libown.so.1
check "a library that only the kit has" kit 0 "PATH=$work/bin:$PATH" -- gpu-own memory
check "one that nobody has" kit 2 "PATH=$work/bin:$PATH" ABSENT=libcublas.so.12 -- gpu-absent memory
check "is the one that is named" says 'not found on this machine: libcublas.so.12 \(looked'
rm lib/libown.so.1
check "one that the kit lacks too" kit 2 "PATH=$work/bin:$PATH" -- gpu-lacks memory
check "likewise" says 'not found on this machine: libown.so.1 '

# ---- parts
check "tests, bench and an experiment" kit 0 -- gpu-good tests smoke memory
check "tests pass" told gpu-good '^passed   test_cuda_rows \('
check "so does the bench" told gpu-good '^passed   bench of memory \('
check "whose rows are kept" grep -q '^memory,' gpu-good/bench/memory.csv
check "beside the machine" test -s gpu-good/bench/bench_machine.txt
check "without a reference the CPU runs too" told gpu-good '^passed   tiny, profile smoke, on the CPU'
check "the same digits have the same verdicts" told gpu-good "^passed   tiny, profile smoke: the CPU's verdicts"
check "all is counted" told gpu-good '^5 passed, 0 failed, 0 skipped$'
check "a later call adds to the folder" kit 0 -- gpu-good tests
check "to the same summary" test "$(grep -c 'skipped$' gpu-good/summary.txt)" = 2
check "a test that is skipped on a GPU" kit 1 LEFT=1 -- gpu-left tests
check "has failed" told gpu-left '^FAILED   test_cuda_rows: a GPU answers, so none may be skipped$'
check "the time that is left" kit 1 LIMIT=5 SLOW=30 -- gpu-slow tests memory
check "cuts off" told gpu-slow '^FAILED   test_cuda_rows .*: cut off after [1-5] s$'
check "and skips the rest" told gpu-slow '^skipped  bench of memory: the time is up$'
check "no time at all proves nothing" kit 1 LIMIT=0 -- gpu-never tests
check "as it says" told gpu-never '^0 passed, 0 failed, 1 skipped$'

# ---- trials: a sweep whose trials take no time to speak of, alone or served, and a server that says so
program "$work/fast/annealing_law" <<END_OF_PROGRAM
#!/bin/sh
{ [ -e "\$CUDA_MPS_PIPE_DIRECTORY" ] && echo served || echo alone; } >>$work/sweeps
while [ "\$1" != --repeats ]; do shift; done
sleep "0.\$((100 + \$2))"
END_OF_PROGRAM
program "$work/mps/nvidia-cuda-mps-control" <<END_OF_PROGRAM
#!/bin/sh
[ "\${BROKEN-}" ] && echo "\$BROKEN" && exit 1
{ [ "\${1-}" = -d ] && echo began || cat; } >>$work/server
END_OF_PROGRAM
trials() { env G="$work/fast" PATH="$work/mps:$PATH" "$@" sh tests/gpu/trials.sh "$work/trials.csv"; }
check "trials by 1, 2, 4, 8 workers" exits 0 trials
check "without the server and with it" test "$(grep -c "under MPS,.*,one worker alone," "$work/trials.csv")" = 4
check "have a row each" test "$(wc -l <"$work/trials.csv")" = 8
check "two sweeps of each in three rounds" test "$(grep -c alone "$work/sweeps") $(grep -c served "$work/sweeps")" = '24 24'
check "each server that begins is quit" test "$(tr '\n' ' ' <"$work/server")" = 'began quit began quit began quit '
rm "$work/trials.csv"
check "a server that does not begin" exits 0 trials BROKEN='no permission'
check "is told of, with its reason" says 'under MPS: skipped: it does not serve here: no permission'
check "and the others have their rows" test "$(wc -l <"$work/trials.csv")" = 4

# ---- verdicts
check "with a reference" kit 0 -- gpu-same quick
check "the CPU need not run" test ! -e gpu-same/quick-cpu
check "other digits" kit 0 SEED=2 -- gpu-digits quick
check "are other digits" grep -q '^trials.csv differs$' gpu-digits/tiny-quick-verdicts.txt
check "of the same verdicts" grep -qx 'all 4 verdicts agree' gpu-digits/tiny-quick-verdicts.txt
check "another verdict" kit 1 'TURNED=/^T.near,/s/,reproduced,/,undecided,/' -- gpu-turned quick
check "fails" told gpu-turned "^FAILED   tiny, profile quick: the CPU's verdicts"
check "by name, the CPU's first" told gpu-turned '^ +T\.near +reproduced, undecided$'
check "and says how many" told gpu-turned '^ +1 verdicts differ$'
check "a claim that the GPU's lacks" kit 1 'TURNED=/^T.pairs,/d' -- gpu-lost quick
check "is named" told gpu-lost '^ +T\.pairs +[a-z ]+, missing$'
check "one that the CPU's lacks" kit 1 'TURNED=s/^T.pairs,/T.more,/' -- gpu-more quick
check "likewise" told gpu-more '^ +T\.more +missing, [a-z ]+$'
check "no claims at all" kit 1 'TURNED=d' -- gpu-empty quick
check "are no agreement" told gpu-empty "^FAILED   tiny, profile quick: the CPU's verdicts"

finish kit
