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

# ---- from packages, made with ar and tar: two files, and a corpus of each recipe
package() { # NAME: what is in $work/tree becomes NAME_1.0_all.deb
    echo 2.0 >"$work/debian-binary"
    tar -C "$work" -cf "$work/control.tar" -T /dev/null && xz -f "$work/control.tar"
    tar -C "$work/tree" -cf "$work/data.tar" . && xz -f "$work/data.tar"
    (cd "$work" && ar rc "debs/$1_1.0_all.deb" debian-binary control.tar.xz data.tar.xz)
}
mkdir -p "$work/debs" "$work/tree/usr/share/made/tests"
(
    cd "$work/tree/usr/share/made" || exit
    printf 'plain\n' >plain.csv
    printf 'a text\n' | gzip >text.dz
    printf 'second\n' | gzip >b.gz && printf 'first\n' | gzip >a.gz
    printf 'import a\n' >a.py && printf 'a test\n' >tests/b.py
    printf '#define A\n' >a.h
    for part in noun verb adj adv; do
        printf '  1 a licence\n0001 n | the %s; "so | so"  \n' $part >data.$part
    done
)
package made
of_text() { printf %b "$1" | sha256sum | cut -d' ' -f1; }
made() { echo "$1 $1.txt made 1.0 $2:usr/share/made${4:-} ${#3} $(of_text "$3") MIT"; }
{
    echo "plain plain.csv made 1.0 usr/share/made 6 $(of_text 'plain\n') MIT"
    made gunzip gunzip 'a text\n' /text.dz
    made man man 'first\nsecond\n'
    made python python 'import a\n'
    made headers headers '#define A\n'
    made glosses glosses 'the noun; "so | so"\nthe verb; "so | so"\nthe adj; "so | so"\nthe adv; "so | so"\n'
    made other gunzip 'another text\n' /text.dz
    echo "web web.txt file://$work/web.txt - - 4 - MIT"
    echo "zipped a.tgz file://$work/a.tgz - - - - MIT"
} >"$work/data/MANIFEST"
rm -rf "$work/data/cache"
check "a package in the folder is enough" exits 0 "$fetch" --from "$work/debs" plain gunzip man python headers glosses
check "the file is taken out of it" grep -qx plain "$work/data/cache/plain/plain.csv"
check "and texts are made, licences left out" grep -qx 'the adv; "so | so"' "$work/data/cache/glosses/glosses.txt"
check "another version's text is refused" exits 1 "$fetch" --from "$work/debs" other
check "with the version that is wanted" says 'made 1.0 is wanted'
check "without apt, the public address is named" exits 1 "$fetch" --from "$work/mine" --cache "$work/four" man
check "in one sentence" says '^man: man.txt is missing, and not in .*; it is /usr/share/made of .*snapshot.debian.org/binary/made/'

# ---- from the web
printf 'web\n' >"$work/web.txt"
tar -C "$work" -czf "$work/a.tgz" web.txt
if command -v curl >/dev/null; then
    check "sets from the web are not loaded unasked" exits 0 "$fetch" --from "$work/debs" --cache "$work/three" plain
    check "they are by name" exits 0 "$fetch" web zipped
    check "and archives unpacked" test -f "$work/data/cache/zipped/web.txt"
    echo more >>"$work/data/cache/web/web.txt"
    echo more >>"$work/web.txt"
    check "a wrong size is refused where no checksum is known" exits 1 "$fetch" web
fi
sed -i '/^other /d' "$work/data/MANIFEST"
check "without names, the web is left alone" exits 0 "$fetch" --from "$work/debs" --cache "$work/three"
check "and all packages' sets are there" test -f "$work/three/man/man.txt"
check "the web's are not" test ! -e "$work/three/web"

# shellcheck disable=SC2016 # an awk program
check "the real manifest has 8 columns, and checksums of what is not from the web" \
    awk '!/^#/ && (NF != 8 || length($7) != 64 && ($3 !~ /:\/\// || $7 != "-")) { bad = 1 } END { exit bad }' data/MANIFEST

finish fetch
