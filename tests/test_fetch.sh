#!/bin/sh
# data/fetch.sh from a folder of the user's own: checksums, sentences, nothing half-written.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/data" "$work/mine"
cp data/fetch.sh "$work/data/"
printf 'one,two\n' >"$work/mine/good.csv"
printf 'one,two\n' >"$work/mine/bad.csv"
right=$(sha256sum <"$work/mine/good.csv" | cut -d' ' -f1)
wrong=$(echo other | sha256sum | cut -d' ' -f1)
cat >"$work/data/MANIFEST" <<END
# set file package version folder bytes sha256 licence
good good.csv no-such-package 1.0 usr/share 8 $right MIT
bad bad.csv no-such-package 1.0 usr/share 8 $wrong MIT
gone gone.csv no-such-package 1.0 usr/share 8 $wrong MIT
END
fetch=$work/data/fetch.sh

check "a file with the right checksum is taken" exits 0 "$fetch" --from "$work/mine" good
check "it is whole" cmp -s "$work/mine/good.csv" "$work/data/cache/good/good.csv"
check "a second call succeeds" exits 0 "$fetch" --from "$work/mine" good
check "and does nothing" test -z "$output"
check "a wrong checksum is exit 1" exits 1 "$fetch" --from "$work/mine" bad
check "and a sentence" says 'bad.csv has another checksum'
check "and leaves nothing" test ! -e "$work/data/cache/bad"
check "an absent file is exit 1" exits 1 "$fetch" --from "$work/mine" gone
check "and says where it comes from" says '/usr/share/gone.csv of the Debian package no-such-package 1.0'
check "one absent file does not keep the others away" exits 1 "$fetch" --from "$work/mine" --cache "$work/two"
check "they are there" test -f "$work/two/good/good.csv"
echo spoilt >"$work/two/good/good.csv"
check "a spoilt cache is mended" exits 0 "$fetch" --from "$work/mine" --cache "$work/two" good
check "with the right bytes" cmp -s "$work/mine/good.csv" "$work/two/good/good.csv"
check "--list shows what is here" exits 0 "$fetch" --list
check "and what is not" says 'bad +bad.csv .* not here'
check "an unknown set is exit 2" exits 2 "$fetch" mnist
check "an unknown option is exit 2" exits 2 "$fetch" --all
check "a folder that is not there is exit 2" exits 2 "$fetch" --from "$work/none"
# shellcheck disable=SC2016 # an awk program
check "the real manifest has 8 columns" \
    awk '!/^#/ && (NF != 8 || length($7) != 64) { bad = 1 } END { exit bad }' data/MANIFEST

finish fetch
