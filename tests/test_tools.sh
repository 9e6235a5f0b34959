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
# The same run as profile quick, once with a run of laptop beside it, which judged otherwise, and L2 too, and once without.
for place in both/quick both/laptop alone/quick; do
    mkdir -p "$work/$place" && cp -r "$work/large_stepsize" "$work/$place/"
    sed -i "s/smoke/${place#*/}/" "$work/$place/large_stepsize/run.txt"
done
sed -i 's/0,nan,nan,nan,-inf,0.5,not run,data absent/8,0.25,0.2,0.3,-inf,0.5,reproduced,/; s/-0.50123/-0.7/; s/-0.4,reproduced/-0.4,undecided/' \
    "$work/both/laptop/large_stepsize/claims.csv"
mkdir -p "$work/both/laptop/figures" "$work/experiments/large_stepsize"
cat >"$work/experiments/large_stepsize/finding.txt" <<'END'
# How it is written stands here.
title = Steps & <more>
arxiv = 2506.02336
cite = wu2025
finding = Steps grow to the power {L1.sqrt}
  ({L1.sqrt:verdict})[, and {L2:estimate} more], which is {L2:verdict}.
END
printf '[L1.sqrt]\n[L3.later]\n' >"$work/experiments/large_stepsize/claims.cfg"
svg='<svg xmlns="http://www.w3.org/2000/svg"><title>Gnuplot</title><desc>x</desc><path id="a"/><use xlink:href="#a"/></svg>'
for figure in scaling critical; do echo "$svg" >"$work/figures/large_stepsize_$figure.svg"; done
echo '<svg><text>no such rows in these results</text></svg>' >"$work/figures/large_stepsize_empty.svg"
echo "$svg" >"$work/both/laptop/figures/large_stepsize_empty.svg"
mkdir "$work/plots"
for figure in scaling critical empty absent; do
    printf '# Steps & more, by γ^½.\nplot x\n' >"$work/plots/large_stepsize_$figure.gp"
done

tools=$PWD/plots
report() { (cd "$work" && python3 "$tools/report.py" --figures figures --out report.html "$1"); }
tables() { (cd "$work" && python3 "$tools/tables.py" "$@"); }
check "a page of quick with laptop beside it is written" report both/quick/large_stepsize
check "what quick did not run is laptop's, and says so" grep -q '<b class="reproduced">reproduced</b> in profile laptop' "$work/report.html"
check "what it ran stays its own" sh -c "grep -q '−0.5012' '$work/report.html' && ! grep -q '−0.7' '$work/report.html'"
check "and where the two differ both are said" grep -q 'reproduced</b>; in profile laptop undecided<' "$work/report.html"
check "both are counted" grep -q '^<p>1 reproduced; in profile laptop 1 reproduced\.' "$work/report.html"
check "and a figure that only laptop has is shown, its own command beside it" grep -q \
    'large_stepsize --profile laptop &amp;&amp; make plots</code> (plots/large_stepsize_empty.gp)' "$work/report.html"
check "without laptop too" report alone/quick/large_stepsize
check "it is not run there" grep -q '<b class="not-run">not run</b>' "$work/report.html"
check "the report is written" report large_stepsize
page=$work/report.html
check "it asks for nothing from outside" sh -c "! grep -qE '(src|href)=.(https?:|//)|<script' '$page'"
check "no id occurs twice" test -z "$(grep -oE '\bid="[^"]+"' "$page" | sort | uniq -d)"
check "references follow their ids" grep -q 'href="#large_stepsize_scaling-a"' "$page"
check "text is escaped" grep -q '50 % of &lt;all&gt; a_b &amp; c' "$page"
check "the abstract states" grep -q 'the paper states (abstract)' "$page"
check "what is second hand is not the paper's word" grep -q 'as others report it, note' "$page"
check "the caption is the script's" grep -q 'Steps &amp; more, by' "$page"
check "figures without rows, or none, are named, not shown" grep -q \
    'Not drawn from these results: large_stepsize_absent, large_stepsize_empty\.' "$page"
check "the paper is named" grep -q '<cite>Steps &amp; &lt;more&gt;</cite>, arXiv 2506\.02336' "$page"
check "what was found has this run's numbers, and no clause without one" grep -qF \
    'Steps grow to the power −0.5012 (−0.55 … −0.45) (reproduced), which is not run.' "$page"
check "links of the contents lead somewhere" test -z "$(grep -oE 'href="#large[^"]*"' "$page" | tr -d '"' | sed 's/href=#//' |
    while read -r id; do grep -q "id=\"$id\"" "$page" || echo "$id"; done)"
check "figures stand before the claims" test "$(grep -n '<figure' "$page" | head -n 1 | cut -d: -f1)" -lt \
    "$(grep -n '<table' "$page" | head -n 1 | cut -d: -f1)"
check "in the words of plots/style.gp" grep -q "'no such rows in these results'" plots/style.gp

mkdir "$work/bench"
printf 'case,peer,ratio_median,met\nsolve; 1 thread,a,1.25,missed\nsolve; 1 thread,b,7,met\n' >"$work/bench/large_stepsize.csv"
check "the paper's values are written" tables paper paper large_stepsize
values=$work/paper/values.tex
check "the first line says so" test "$(head -n 1 "$values")" = '% Generated by make from results/; do not edit.'
# shellcheck disable=SC2016 # mathematics of LaTeX
check "a claim is a macro" grep -qF '\newcommand{\ClaimLonesqrtEstimate}{$-$0.5012}' "$values"
check "its text is escaped" grep -qF '50 \% of \textless{}all\textgreater{} a\_b \& c' "$work"/paper/tables/*.tex
check "a timing is one, against its first peer" grep -qF '\newcommand{\BenchLargestepsizeSolveonethreadRatio}{1.25}' "$values"
check "once" test "$(grep -cF '\BenchLargestepsizeSolveonethreadMet' "$values")" = 1
check "a claim with a number says so" grep -qF '\newcommand{\ClaimLonesqrtMeasured}{}' "$values"
check "one without does not" sh -c "! grep -qF LtwoMeasured '$values'"
# shellcheck disable=SC2016 # mathematics of LaTeX
check "the caption is the script's, for LaTeX" grep -qF \
    'caption large_stepsize_scaling\endcsname{Steps \& more, by $\gamma$\textasciicircum{}$\frac12$.}' "$values"
check "a claim written after the run was not run" grep -qF '\newcommand{\ClaimLthreelaterVerdict}{not run}' "$values"
check "each run has its commit" grep -qF '\program{large\_stepsize} & smoke & 8 & unknown & abc1234' "$work/paper/tables/runs.tex"
check "each paper its number" grep -qF '\emph{Steps \& \textless{}more\textgreater{}}~\cite{wu2025}, arXiv 2506.02336.' "$work/paper/tables/papers.tex"
check "beside a run of laptop" tables paper both both/quick/large_stepsize
check "the verdict says so" grep -qF '\newcommand{\ClaimLtwoVerdict}{reproduced in profile laptop}' "$work/both/values.tex"
check "so does what was found" grep -qF 'and 0.25 more, which is reproduced in profile laptop.' "$work/both/tables/findings.tex"
check "and both runs are listed" test "$(grep -c 'program' "$work/both/tables/runs.tex")" = 2

printf 'before\n<!-- papers -->\n<!-- /papers -->\n<!-- claims -->\nold\n<!-- /claims -->\nafter\n' >"$work/README.md"
check "the README's table is written" tables readme README.md large_stepsize
check "with the paper" grep -qF '*Steps & <more>*, [arXiv 2506.02336](https://arxiv.org/abs/2506.02336).' "$work/README.md"
check "and what was found" grep -q '^  Steps grow to the power −0\.5012' "$work/README.md"
check "between its markers" test "$(sed -n '1p;$p' "$work/README.md" | tr '\n' ' ')" = 'before after '
check "with the verdict" grep -q '| reproduced |$' "$work/README.md"
check "and without the old one" sh -c "! grep -q old '$work/README.md'"

# A results folder that was not judged yet has nothing to show.
mkdir "$work/unjudged"
check "a folder without claims is left out" tables readme README.md large_stepsize unjudged
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
    text = section.read_text(encoding="utf-8")
    used = re.findall(r"\\(Claim[A-Za-z]+?)(?:Estimate|Low|High|Count|Verdict)\b", text)
    used += ["Claim" + name for name in re.findall(r"\\ifclaim\{([A-Za-z]+)\}", text)]
    print("\n".join(f"{section}: {name}" for name in sorted(set(used) - known)))
    found = pathlib.Path("experiments", section.stem, "finding.txt").read_text(encoding="utf-8")
    used = ["Claim" + tables.macro(name) for name in re.findall(r"{([^{}:]+)[:}]", found.partition("\nfinding")[2])]
    print("\n".join(f"{section.stem}/finding.txt: {name}" for name in sorted(set(used) - known)))
END
}
check "every claim of the paper and of what was found is one of claims.cfg" test -z "$(unknown)"

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
