#!/bin/sh
# Do two result folders have the same verdicts? The program's own comparison, exit 1 where not.
# usage: verdicts.sh PROGRAM FOLDER FOLDER
set -u
"$1" compare "$2" "$3" || true # other digits are expected of another device
"$1" compare "$2" "$3" | grep -q 'verdicts agree$'
