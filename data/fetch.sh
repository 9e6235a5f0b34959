#!/bin/sh
# Fetches the data sets of data/MANIFEST into data/cache/SET/FILE.
#
# usage: data/fetch.sh [--list] [--from DIR] [--cache DIR] [SET…]
#        (no SET: all that come from Debian packages; sets from the web only by name)
#
#   data/fetch.sh digits gcide       two sets: images, and a corpus of text
#   data/fetch.sh --from ~/data      take files or packages from a folder of your own
#   data/fetch.sh --list             what there is, and what is here already
#
# Files are taken out of Debian packages, and corpora are made from what is in
# them, which needs apt but neither root nor an installation; or, without apt,
# --from a folder that has the files or the packages. A file appears only when
# its checksum is right. Exit 1: something is missing, and a sentence says what
# and where it comes from.
set -eu

usage() { sed -n '4,9s/^# \{0,1\}//p' "$0"; }
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

# Rows of the sets that were named, or of all.
rows() {
    grep -v '^#' "$manifest" | while read -r row; do
        case " ${sets:-${row%% *}} " in *" ${row%% *} "*) echo "$row" ;; esac
    done
}

is_web() { case $1 in *://*) true ;; *) false ;; esac; }

# A file of this project stands where others have a package.
is_ours() { case $1 in tests/*) true ;; *) false ;; esac; }

# Where no checksum is known the size has to do; where that is not known either, that it is there.
is_right() {
    [ -f "$1" ] || return 1
    case $3,$2 in
    -,-) true ;;
    -,*) [ "$(wc -c <"$1")" -eq "$2" ] ;;
    *) [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$3" ] ;;
    esac
}

if [ "$list" = yes ]; then
    rows | while read -r set file package version _ bytes sha256 licence; do
        here='not here'
        if is_right "$cache/$set/$file" "$bytes" "$sha256"; then here='here'; fi
        printf '%-9s %-28s %10s bytes  %-12s %-9s %s %s\n' \
            "$set" "$file" "$bytes" "$licence" "$here" "$package" "${version#-}"
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

# Leaves the package in $work/PACKAGE.deb; tried once a run. The version of the manifest, or
# whatever there is: the checksum decides.
download() {
    [ ! -e "$work/$1.deb" ] || return 0
    [ ! -e "$work/$1.failed" ] || return 1
    : >"$work/$1.failed"
    if [ -n "$from" ]; then
        found=$(find "$from" -type f -name "$1_*.deb" | LC_ALL=C sort | tail -n 1)
        [ -n "$found" ] && ln -s "$(realpath "$found")" "$work/$1.deb"
        return
    fi
    command -v apt-get >/dev/null || return 1
    mkdir -p "$work/get"
    (
        cd "$work/get"
        apt() { apt-get -o APT::Sandbox::User="$(id -un)" download -qq "$1"; }
        apt "$1=$2" || apt "$1" || { private_apt -qq update && private_apt download -qq "$1"; }
    ) >/dev/null 2>&1 </dev/null || return 1
    mv "$work/get/$1"_*.deb "$work/$1.deb"
}

# The package's files as a tar stream; ar and xz do what dpkg-deb does.
stream() {
    if command -v dpkg-deb >/dev/null; then
        dpkg-deb --fsys-tarfile "$1" 2>/dev/null
    else
        ar p "$1" data.tar.xz | xz -dc
    fi
}

# Files of a folder one after the other, by name; what is a link is there already.
join() {
    top=$1
    shift
    find "$top" -type f "$@" | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat
}

# make_text RECIPE PATH: the text of a corpus from the package's files.
make_text() {
    case $1 in
    gunzip) gzip -dc <"$2" ;;
    man) join "$2" -name '*.gz' | gzip -dc ;;
    python) join "$2" -name '*.py' ! -path '*/tests/*' ;;
    headers) join "$2" -name '*.h' ;;
    # "offset … words and pointers | gloss": the lines of the licence have no '|'
    glosses) for part in noun verb adj adv; do
        cut -s -d'|' -f2- <"$2/data.$part" | LC_ALL=C sed 's/^ *//; s/ *$//'
    done ;;
    esac
}

# out_of_package FILE PACKAGE VERSION FOLDER, where FOLDER may be RECIPE:PATH
out_of_package() {
    download "$2" "$3" || return 1
    inside=${4#*:}
    if [ "$inside" = "$4" ]; then
        stream "$work/$2.deb" | tar -xOf - "./$4/$1" 2>/dev/null
    else
        mkdir -p "$work/tree"
        stream "$work/$2.deb" | tar -xf - -C "$work/tree" "./$inside" 2>/dev/null &&
            make_text "${4%%:*}" "$work/tree/$inside"
    fi
}

from_web() {
    if command -v curl >/dev/null; then
        curl -fsSL "$1"
    else
        wget -qO - "$1"
    fi
}

# The user's file: in a folder called like the set if there is one, else anywhere.
users_file() {
    found=$(find -L "$from" -type f -path "*/$2/$1" | LC_ALL=C sort | head -n 1)
    [ -n "$found" ] || found=$(find -L "$from" -type f -name "$1" | LC_ALL=C sort | head -n 1)
    echo "$found"
}

# obtain FILE PACKAGE VERSION FOLDER SET: puts a candidate for FILE at $work/candidate: the user's
# file, or out of the package, or loaded.
obtain() {
    rm -f "$work/candidate"
    if [ -n "$from" ]; then
        found=$(users_file "$1" "$5")
        if [ -n "$found" ]; then
            cp "$found" "$work/candidate"
            return
        fi
    fi
    if is_ours "$2"; then
        cp "$(dirname "$manifest")/../$2" "$work/candidate"
    elif ! is_web "$2"; then
        out_of_package "$@" >"$work/candidate"
    elif [ -n "$from" ]; then
        return 1
    else
        from_web "$2" >"$work/candidate"
    fi
}

# Archives from the web are unpacked beside themselves.
unpack() {
    case $1 in
    *.tar.gz | *.tgz) tar -xzf "$1" -C "${1%/*}" ;;
    *.zip) unzip -qo "$1" -d "${1%/*}" ;;
    esac
}

source_of() {
    if is_web "$2"; then
        echo "it is at $2; load it down, and name its folder with --from"
    else
        inside=${4#*:}
        [ "$inside" != "$4" ] || inside=$4/$1
        echo "it is /$inside of the Debian package $2 $3;" \
            "https://snapshot.debian.org/binary/$2/ has it, and --from takes its folder"
    fi
}

rows >"$work/rows"
status=0
while read -r set file package version folder bytes sha256 _; do
    path=$cache/$set/$file
    if is_web "$package" && [ -z "$sets" ]; then continue; fi
    if is_right "$path" "$bytes" "$sha256"; then continue; fi
    if ! obtain "$file" "$package" "$version" "$folder" "$set"; then
        echo "$set: $file is missing${from:+, and not in $from};" \
            "$(source_of "$file" "$package" "$version" "$folder")" >&2
        status=1
    elif ! is_right "$work/candidate" "$bytes" "$sha256"; then
        echo "$set: $file has another checksum than data/MANIFEST says; it was not kept;" \
            "$package $version is wanted" >&2
        status=1
    else
        mkdir -p "$cache/$set"
        cp "$work/candidate" "$path.part" && mv "$path.part" "$path"
        unpack "$path"
        echo "$path"
    fi
    rm -rf "$work/tree"
done <"$work/rows"
exit $status
