#!/bin/sh
# Fetches the data sets of data/MANIFEST into data/cache/SET/FILE.
#
# usage: data/fetch.sh [--list] [--from DIR] [--cache DIR] [SET…]      (no SET: all)
#
#   data/fetch.sh digits iris        two small sets
#   data/fetch.sh --from ~/data      take the files from a folder of your own
#   data/fetch.sh --list             what there is, and what is here already
#
# Files are taken out of Debian packages, which needs apt but neither root nor an
# installation. A file appears only when its checksum is right. Exit 1: something
# is missing, and a sentence says what and where it comes from.
set -eu

usage() { sed -n '4,8s/^# \{0,1\}//p' "$0"; }
manifest=$(dirname "$0")/MANIFEST
cache=$(dirname "$0")/cache
from='' list=no sets=''
while [ $# -gt 0 ]; do
    case $1 in
    --list) list=yes ;;
    --from | --cache)
        [ $# -gt 1 ] || { usage >&2 && exit 2; }
        if [ "$1" = --from ]; then from=$2; else cache=$2; fi
        shift
        ;;
    -h | --help) usage && exit 0 ;;
    -*) echo "error: no option is called $1" >&2 && usage >&2 && exit 2 ;;
    *)
        grep -q "^$1 " "$manifest" || { echo "error: no set is called '$1'; see $0 --list" >&2 && exit 2; }
        sets="$sets $1"
        ;;
    esac
    shift
done

[ -z "$from" ] || [ -d "$from" ] || { echo "error: --from $from: no such folder" >&2 && exit 2; }

rows() {
    grep -v '^#' "$manifest" | while read -r row; do
        case " ${sets:-${row%% *}} " in *" ${row%% *} "*) echo "$row" ;; esac
    done
}

is_right() { [ -f "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]; }

if [ "$list" = yes ]; then
    rows | while read -r set file package version _ bytes sha256 licence; do
        here='not here'
        if is_right "$cache/$set/$file" "$sha256"; then here='here'; fi
        printf '%-8s %-28s %9s bytes  %-9s %-9s %s %s\n' \
            "$set" "$file" "$bytes" "$licence" "$here" "$package" "$version"
    done
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# apt with lists of its own: works where the machine's are absent or old, and without root.
private_apt() {
    mkdir -p "$work/lists/partial" "$work/apt"
    apt-get -o APT::Sandbox::User="$(id -un)" -o Dir::State::Lists="$work/lists" \
        -o Dir::Cache="$work/apt" "$@"
}

# Leaves the package in $work/PACKAGE.deb; tried once a run.
download() {
    [ ! -e "$work/$1.deb" ] || return 0
    [ ! -e "$work/$1.failed" ] || return 1
    : >"$work/$1.failed"
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then return 1; fi
    mkdir -p "$work/get"
    (
        cd "$work/get"
        apt-get -o APT::Sandbox::User="$(id -un)" download -qq "$1" ||
            { private_apt -qq update && private_apt download -qq "$1"; }
    ) >/dev/null 2>&1 </dev/null || return 1
    mv "$work/get/$1"_*.deb "$work/$1.deb"
}

# Puts a candidate for FILE at $work/candidate, from the user's folder or out of the package.
obtain() {
    file=$1 package=$2 folder=$3
    rm -f "$work/candidate"
    if [ -n "$from" ]; then
        found=$(find "$from" -type f -name "$file" | LC_ALL=C sort | head -n 1)
        [ -n "$found" ] && cp "$found" "$work/candidate"
    else
        download "$package" &&
            dpkg-deb --fsys-tarfile "$work/$package.deb" 2>/dev/null |
            tar -xOf - "./$folder/$file" >"$work/candidate" 2>/dev/null
    fi
}

rows >"$work/rows"
status=0
while read -r set file package version folder _ sha256 _; do
    path=$cache/$set/$file
    if is_right "$path" "$sha256"; then continue; fi
    if ! obtain "$file" "$package" "$folder"; then
        echo "$set: $file is missing; it is /$folder/$file of the Debian package" \
            "$package $version${from:+, and not in $from}" >&2
        status=1
    elif ! is_right "$work/candidate" "$sha256"; then
        echo "$set: $file has another checksum than data/MANIFEST says; it was not kept" >&2
        status=1
    else
        mkdir -p "$cache/$set"
        cp "$work/candidate" "$path.part" && mv "$path.part" "$path"
        echo "$path"
    fi
done <"$work/rows"
exit $status
