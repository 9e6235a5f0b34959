#!/bin/sh
# Which Debian packages each part of the project needs, in one place.
# usage: packages.sh [--no-install] PART…
#
# Missing packages are installed when this runs as root. Otherwise, or when that
# fails, prints the one command that installs them and exits 2. Where there is no
# dpkg the compiler will say what is missing.
set -eu

packages_of() {
    case $1 in
    build) echo gcc make libc6-dev libopenblas-openmp-dev librandom123-dev libcjson-dev libmd-dev zlib1g-dev libpng-dev liblbfgsb-dev ;;
    test) echo g++ libcriterion-dev xz-utils ;;
    figures) echo gnuplot-nox python3 ;;
    paper) echo latexmk texlive-latex-recommended lmodern ;;
    mpi) echo openmpi-bin libopenmpi-dev ;;
    lint) echo clang clang-format clang-tidy cppcheck libomp-dev shellcheck ;;
    coverage) echo gcovr ;;
    *) echo "packages.sh: no part is called '$1'" >&2 && exit 2 ;;
    esac
}

install=yes
if [ "${1:-}" = --no-install ]; then
    install=no
    shift
fi
command -v dpkg-query >/dev/null || exit 0

wanted=$(for part in "$@"; do packages_of "$part" || exit; done) || exit
# shellcheck disable=SC2086 # a list
present=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
    sed -n 's/^installed //p') || true
missing=$(for package in $wanted; do
    echo "$present" | grep -qx "$package" || printf ' %s' "$package"
done)
[ -n "$missing" ] || exit 0

apt_install() {
    # shellcheck disable=SC2086 # a list
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
        </dev/null >/dev/null
}

if [ "$install" = yes ] && [ "$(id -u)" -eq 0 ]; then
    echo "installing$missing" >&2
    # The lists of a fresh machine may be absent or old.
    if apt_install 2>/dev/null || { apt-get update -qq && apt_install; } then exit 0; fi
fi
echo "missing packages; install them with" >&2
echo "    sudo apt-get install --no-install-recommends$missing" >&2
exit 2
