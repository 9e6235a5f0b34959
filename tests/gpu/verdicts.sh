#!/bin/sh
# Do two result folders have the same verdicts? The program's own comparison, exit 1 where not:
# other digits, for which that has an exit code too, are expected of another device.
# usage: verdicts.sh PROGRAM FOLDER FOLDER
set -u
said=$("$1" compare "$2" "$3" 2>&1)
printf '%s\n' "$said"
printf '%s\n' "$said" | grep -q 'verdicts agree$'
