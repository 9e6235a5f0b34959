#!/bin/sh
# run_all.sh, before it runs anything: its options, and a machine that lacks packages.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh

check "--help succeeds" exits 0 ./run_all.sh --help
check "--help lists the profiles" says '--profile P +smoke, quick, laptop or full \[quick\]'
check "an unknown option is exit 2" exits 2 ./run_all.sh --profil smoke
check "an unknown option is named" says "no option is called '--profil'"
check "an unknown profile is exit 2" exits 2 ./run_all.sh --profile huge
check "an unknown device is exit 2" exits 2 ./run_all.sh --device tpu
check "an unknown experiment is exit 2" exits 2 ./run_all.sh --only large_step
check "the experiments there are, are named" says 'large_stepsize'
check "a missing value is exit 2" exits 2 ./run_all.sh --jobs
check "no jobs are exit 2" exits 2 ./run_all.sh --jobs 0
check "jobs in words are exit 2" exits 2 ./run_all.sh --jobs two

# A machine with nothing installed, seen through two stand-ins.
fake=$(mktemp -d)
trap 'rm -rf "$fake"' EXIT
printf '#!/bin/sh\nexit 1\n' >"$fake/dpkg-query"
printf '#!/bin/sh\necho 1000\n' >"$fake/id"
printf '#!/bin/sh\necho "apt-get $*" >>"%s/calls"\n' "$fake" >"$fake/apt-get"
chmod +x "$fake/dpkg-query" "$fake/id" "$fake/apt-get"

bare() { env PATH="$fake:$PATH" "$@"; }
check "without packages and root it is exit 2" exits 2 bare ./run_all.sh --profile smoke
check "the one command is printed" says 'sudo apt-get install --no-install-recommends gcc .*libopenblas-openmp-dev'
check "make test says it too" exits 2 bare make --no-print-directory packages
check "with the test framework in the list" says 'libcriterion-dev'
check "nothing was installed" test ! -e "$fake/calls"

printf '#!/bin/sh\necho 0\n' >"$fake/id"
check "root with --no-install is told as well" exits 2 bare ./run_all.sh --no-install --profile smoke
check "nothing was installed" test ! -e "$fake/calls"
check "root installs" exits 0 bare sh .ci/packages.sh build
check "what is missing, in one call" grep -qE 'install .*--no-install-recommends gcc .*liblbfgsb-dev$' "$fake/calls"
check "an unknown part is exit 2" exits 2 sh .ci/packages.sh kitchen

finish run_all
