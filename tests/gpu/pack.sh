#!/bin/sh
# One archive for a GPU machine on which nothing can be installed: programs, tests, bench,
# every library that is not CUDA's or the C library's, data, the CPU's reference, kit.sh.
# usage: pack.sh NVCC GPU_BUILD_FOLDER ARCHIVE.tar.xz      (make gpu-kit calls it)
set -eu
nvcc=$1 built=$2 archive=$3 most=60000000
kit=$(mktemp -d)/gpu-kit
trap 'rm -rf "$(dirname "$kit")"' EXIT
mkdir -p "$kit/build/cuda/tests" "$kit/lib" "$kit/data" "$kit/results/reference" "$kit/tests"

for program in "$built"/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    cp "$program" "$kit/build/cuda/"
done
for program in "$built"/tests/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    cp "$program" "$kit/build/cuda/tests/"
done
strip "$kit"/build/cuda/* "$kit"/build/cuda/tests/* 2>/dev/null || true

# CUDA's own libraries are large and belong to the machine's driver; the C library's parts fit
# nothing but one another.
ldd "$kit"/build/cuda/* "$kit"/build/cuda/tests/* 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
    sort -u | grep -vE '/(libcu|libnv)[A-Za-z]*\.|/(libc|libm|libdl|librt|libpthread|libresolv|ld-linux[^/]*)\.so' |
    while read -r library; do cp -L "$library" "$kit/lib/"; done

for experiment in experiments/*/; do
    mkdir -p "$kit/$experiment"
    cp "$experiment"/*.cfg "$kit/$experiment"
done
# What the profiles smoke and quick read, as far as it is here; SETS names fewer, for a smaller
# archive. Fashion-MNIST alone would be too large; rows that ask for it say "absent".
mkdir -p "$kit/data/cache"
for set in ${SETS:-annealing_fig2 breast cpp digits foldoc gcide iris man multi_power_law python wine wordnet}; do
    if [ -d "data/cache/$set" ]; then cp -r "data/cache/$set" "$kit/data/cache/"; fi
done
cp data/MANIFEST "$kit/data/" 2>/dev/null || true
cp -r results/reference/quick "$kit/results/reference/"
cp -r tests/gpu "$kit/tests/"
cp tests/tools/run.sh "$kit/tests/"
cp tests/gpu/kit.sh "$kit/run.sh"
cp tests/gpu/README.md "$kit/"
git rev-parse --short HEAD >"$kit/COMMIT" 2>/dev/null || echo unknown >"$kit/COMMIT"
"$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p' >"$kit/CUDA"

mkdir -p "$(dirname "$archive")"
# The programs hold the same device code: so far back does the compression see.
tar -C "$(dirname "$kit")" --owner=0 --group=0 -cf - gpu-kit | xz -T1 --lzma2=preset=0,dict=64MiB >"$archive.part"
size=$(wc -c <"$archive.part")
if [ "$size" -gt $most ]; then
    echo "$archive would have $size bytes, at most $most are wanted; the largest parts are:" >&2
    du -ak "$kit" | sort -rn | sed -n 2,12p >&2
    rm "$archive.part"
    exit 1
fi
mv "$archive.part" "$archive"
echo "$archive: $size bytes; on the GPU machine: tar xf $(basename "$archive") && cd gpu-kit && sh run.sh (README.md there says what takes how long; where xz is absent: python3 -m tarfile -e)"
