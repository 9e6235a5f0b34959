#!/bin/sh
# The test runner's counting, and the page and tables made from a small results folder.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/tools/check.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program() { printf '#!/bin/sh\n%s\n' "$2" >"$work/$1" && chmod +x "$work/$1"; }
run() { exits "$1" sh tests/tools/run.sh "$work/$2" "$work/good.sh"; }

program good.sh 'echo "good: 3 passed, 0 failed"'
program bad.sh 'echo "failed: a sentence"; echo "bad: 1 passed, 2 failed"; exit 1'
program skips.sh 'echo "1 passed, 0 failed, 4 skipped"'
program silent.sh 'exit 0'
program criterion 'echo "[SKIP] a::b: no data"; echo "[====] Synthesis: Tested: 12 | Passing: 11 | Failing: 1 | Crashing: 0" >&2; exit 1'
program crash 'echo "[====] Synthesis: Tested: 5 | Passing: 5 | Failing: 0 | Crashing: 0"; kill -SEGV $$'
check "shell tests add up" run 1 bad.sh
check "to a total" says '^4 passed, 2 failed$'
check "what failed is shown" says '    failed: a sentence'
check "skipped tests are counted apart" run 0 skips.sh
check "in the total too" says '^4 passed, 0 failed, 4 skipped$'
check "a test that counts nothing has failed" run 1 silent.sh
check "Criterion's line is read" run 1 criterion
check "with its failures and skipped tests" says '^14 passed, 1 failed, 1 skipped$'
check "a crash after the last line is a failure" run 1 crash

if ! command -v python3 >/dev/null; then
    # A results folder that was not judged yet has nothing to show.
mkdir "$work/unjudged"
check "a folder without claims is left out" python3 plots/tables.py readme "$work/README.md" "$work/large_stepsize" "$work/unjudged"
check "of the README" sh -c "! grep -q unjudged '$work/README.md'"

# What the paper says of a claim, there is a claim of that name for.
unknown() {
    python3 - <<'END'
import pathlib, re, sys
sys.path.insert(0, "plots")
import tables

for section in sorted(pathlib.Path("paper").glob("*_*.tex")):
    claims = pathlib.Path("experiments", section.stem, "claims.cfg").read_text(encoding="utf-8")
    known = {"Claim" + tables.macro(name) for name in re.findall(r"^\[(.+)\]$", claims, re.M)}
    used = re.findall(r"\\(Claim[A-Za-z]+?)(?:Estimate|Low|High|Count|Verdict)\b", section.read_text(encoding="utf-8"))
    print("\n".join(f"{section}: {name}" for name in sorted(set(used) - known)))
END
}
check "every claim of the paper is one of claims.cfg" test -z "$(unknown)"

# Every figure opens with its caption, and draws something of folders without rows.
if command -v gnuplot >/dev/null; then
    for name in root_free path_switching; do
        mkdir "$work/$name"
        for table in trials curves summary; do echo trial,study,arm,setting >"$work/$name/$table.csv"; done
        for script in plots/"$name"_*.gp; do
            check "$script has a caption" sh -c "head -n 1 '$script' | grep -q '^# [A-Z]'"
            check "$script without rows" env LC_ALL=C.UTF-8 gnuplot -e \
                "dir='$work/$name'; out='$work/drawn.svg'; term='svg'" plots/style.gp "$script"
            [ "$script" = plots/root_free_cost.gp ] || # of make bench, which may be there
                check "$script says so" grep -q 'no such rows in these results' "$work/drawn.svg"
        done
    done
fi

finish tools
    exit
fi
mkdir -p "$work/large_stepsize" "$work/figures"
heading=claim,kind,source,domain,scale,statement,paper,n,estimate,low,high,region_low,region_high,verdict,reason
cat >"$work/large_stepsize/claims.csv" <<END
$heading
L1.sqrt,exponent,abstract,own,"3 rows, 3 columns",50 % of <all> a_b & c,Corollary 2,8,-0.50123,-0.55,-0.45,-0.6,-0.4,reproduced,
L2,bound,secondary,own,1-D,a | b,note,0,nan,nan,nan,-inf,0.5,not run,data absent
END
printf 'seed = 1\nrun.profile = smoke\nrun.commit = abc1234\nrun.trials = 8\n' >"$work/large_stepsize/run.txt"
svg='<svg xmlns="http://www.w3.org/2000/svg"><title>Gnuplot</title><desc>x</desc><path id="a"/><use xlink:href="#a"/></svg>'
for figure in scaling critical; do echo "$svg" >"$work/figures/large_stepsize_$figure.svg"; done
echo '<svg><text>no such rows in these results</text></svg>' >"$work/figures/large_stepsize_empty.svg"
# The captions come from the scripts: a figure without one is left out here.
mkdir "$work/plots"
printf '# Steps & more.\nplot x\n' | tee "$work/plots/large_stepsize_scaling.gp" >"$work/plots/large_stepsize_critical.gp"

report() { (cd "$work" && python3 "$OLDPWD/plots/report.py" --figures figures --out report.html large_stepsize); }
check "the report is written" report
page=$work/report.html
check "it asks for nothing from outside" sh -c "! grep -qE '(src|href)=.(https?:|//)|<script' '$page'"
check "no id occurs twice" test -z "$(grep -oE '\bid="[^"]+"' "$page" | sort | uniq -d)"
check "references follow their ids" grep -q 'href="#large_stepsize_scaling-a"' "$page"
check "text is escaped" grep -q '50 % of &lt;all&gt; a_b &amp; c' "$page"
check "the abstract states" grep -q 'the paper states (abstract)' "$page"
check "what is second hand is not the paper's word" grep -q 'as others report it, note' "$page"
check "the caption is the script's" grep -q 'Steps &amp; more\.' "$page"
check "a figure without rows is named, not shown" grep -q 'Without rows in these results: large_stepsize_empty\.' "$page"
check "in the words of plots/style.gp" grep -q "'no such rows in these results'" plots/style.gp

check "the paper's values are written" python3 plots/tables.py paper "$work/paper" "$work/large_stepsize"
values=$work/paper/values.tex
check "the first line says so" test "$(head -n 1 "$values")" = '% Generated by make from results/; do not edit.'
# shellcheck disable=SC2016 # mathematics of LaTeX
check "a claim is a macro" grep -qF '\newcommand{\ClaimLonesqrtEstimate}{$-$0.5012}' "$values"
check "its text is escaped" grep -qF '50 \% of \textless{}all\textgreater{} a\_b \& c' "$work"/paper/tables/*.tex
check "the commit is a macro" grep -qF '\newcommand{\RunCommit}{abc1234}' "$values"

printf 'before\n<!-- claims -->\nold\n<!-- /claims -->\nafter\n' >"$work/README.md"
check "the README's table is written" python3 plots/tables.py readme "$work/README.md" "$work/large_stepsize"
check "between its markers" test "$(sed -n '1p;$p' "$work/README.md" | tr '\n' ' ')" = 'before after '
check "with the verdict" grep -q '| reproduced |$' "$work/README.md"
check "and without the old one" sh -c "! grep -q old '$work/README.md'"

# A results folder that was not judged yet has nothing to show.
mkdir "$work/unjudged"
check "a folder without claims is left out" python3 plots/tables.py readme "$work/README.md" "$work/large_stepsize" "$work/unjudged"
check "of the README" sh -c "! grep -q unjudged '$work/README.md'"

# What the paper says of a claim, there is a claim of that name for.
unknown() {
    python3 - <<'END'
import pathlib, re, sys
sys.path.insert(0, "plots")
import tables

for section in sorted(pathlib.Path("paper").glob("*_*.tex")):
    claims = pathlib.Path("experiments", section.stem, "claims.cfg").read_text(encoding="utf-8")
    known = {"Claim" + tables.macro(name) for name in re.findall(r"^\[(.+)\]$", claims, re.M)}
    used = re.findall(r"\\(Claim[A-Za-z]+?)(?:Estimate|Low|High|Count|Verdict)\b", section.read_text(encoding="utf-8"))
    print("\n".join(f"{section}: {name}" for name in sorted(set(used) - known)))
END
}
check "every claim of the paper is one of claims.cfg" test -z "$(unknown)"

# Every figure opens with its caption, and draws something of folders without rows.
if command -v gnuplot >/dev/null; then
    for name in root_free path_switching; do
        mkdir "$work/$name"
        for table in trials curves summary; do echo trial,study,arm,setting >"$work/$name/$table.csv"; done
        for script in plots/"$name"_*.gp; do
            check "$script has a caption" sh -c "head -n 1 '$script' | grep -q '^# [A-Z]'"
            check "$script without rows" env LC_ALL=C.UTF-8 gnuplot -e \
                "dir='$work/$name'; out='$work/drawn.svg'; term='svg'" plots/style.gp "$script"
            [ "$script" = plots/root_free_cost.gp ] || # of make bench, which may be there
                check "$script says so" grep -q 'no such rows in these results' "$work/drawn.svg"
        done
    done
fi

finish tools
