#!/usr/bin/env python3
"""Writes one self-contained HTML page: findings, figures, claims, and how each was made.

usage: report.py --figures DIR --out FILE RESULTS_FOLDER…

A results folder is results/NAME; its figures are DIR/NAME_*.svg, or where it has no rows of
them those of the committed run of profile laptop. The page has no script and asks for nothing from outside: it can be mailed, archived and read offline.
"""

import argparse
import html
import os
import pathlib
import re

import results

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1a1a1a; --faint: #666; --rule: #ddd;
  --card: #f6f6f4; --good: #00664a; --bad: #a83200; --open: #7a5200; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181a; --ink: #e6e6e3; --faint: #a0a09a;
  --rule: #3a3d40; --card: #202326; --good: #4fc79f; --bad: #ff8f66; --open: #e6b450; } }
body { background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; padding: 1rem; max-width: 72rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { margin-top: 2.5rem; } h3 { margin-top: 2rem; }
a { color: inherit; }
code, pre { font: 0.85em/1.45 ui-monospace, monospace; }
pre { background: var(--card); padding: 0.7rem; overflow-x: auto; border-radius: 4px; }
nav { columns: 2 26rem; } nav p { margin: 0 0 0.7rem; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; table-layout: fixed; }
col.claim { width: 16%; } col.measured { width: 16%; } col.region { width: 11%; } col.verdict { width: 17%; }
td { overflow-wrap: anywhere; }
th, td { text-align: left; vertical-align: top; padding: 0.45rem 0.6rem 0.45rem 0;
  border-bottom: 1px solid var(--rule); }
.note { color: var(--faint); font-size: 0.85rem; }
.reproduced, .holds { color: var(--good); }
.not-reproduced, .fails { color: var(--bad); }
.partly, .undecided { color: var(--open); }
.own { border: 1px solid var(--rule); border-radius: 3px; padding: 0 0.3em; font-size: 0.8rem; }
figure { margin: 1rem 0 2rem; max-width: 60rem; }
body > p { max-width: 60rem; }
.frame { overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; background: #fff; border-radius: 4px; }
figcaption { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  colgroup, thead { display: none; } tr { display: block; padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
  td { display: block; border: 0; padding: 0.1rem 0; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--faint); }
}
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Stepbench: results</title>
<style>{style}</style>
</head>
<body>
<h1>Stepbench: what the step size does, claim by claim</h1>
<p>Claims were written down before the runs. Each fixes a region; it is <b class="reproduced">reproduced</b> when
the 99&nbsp;% interval of what was measured lies inside, <b class="partly">partly</b> (on the right side) or <b
class="not-reproduced">not reproduced</b> when it lies outside, <b class="undecided">undecided</b> when it crosses the border.
<b class="holds">Holds</b> and <b class="fails">fails</b> say the same of tests and of arithmetic, which reproduce nothing. Two
words are no verdicts: <b>not run</b> (the profile is too small, or its data are missing) and <b>premise absent</b> (what the claim
builds on was not found); <a href="SCHEMA.md">SCHEMA.md</a> says more. What we know only second hand is marked so, and so are
claims of our own. What profile quick does not run is taken from the committed run of profile laptop, and says so; where both
were judged and differ, both are said.</p>
{body}
</body>
</html>
"""


def inline_svg(path, name):
    """The figure's markup with ids of its own: gnuplot numbers them alike in every file."""
    text = path.read_text(encoding="utf-8")
    text = text[text.index("<svg"):]
    text = re.sub(r"""\bid=(['"])([^'"]+)\1""", rf'id="{name}-\2"', text)
    text = re.sub(r"""href=(['"])#([^'"]+)\1""", rf'href="#{name}-\2"', text)
    text = re.sub(r"url\(['\"]?#([^'\")]+)['\"]?\)", rf"url(#{name}-\1)", text)
    text = re.sub(r"<title>[^<]*</title>\s*<desc>.*?</desc>", "", text, flags=re.S)
    return text.replace("<svg", f'<svg role="img" aria-labelledby="{name}-caption"', 1)


def claim_row(row):
    own = ' <span class="own">ours</span>' if row["source"] == "ours" else ""
    word = html.escape(row["verdict"])
    remark = html.escape(results.verdict(row).removeprefix(row["verdict"]))
    reason = f'<br><span class="note">{html.escape(row["reason"])}</span>' if row["reason"] else ""
    origin = results.origin(row)
    return (
        f'<tr><td><code>{html.escape(row["claim"])}</code>{own}</td>'
        f'<td>{html.escape(row["statement"])}<br><span class="note">{html.escape(origin)}; '
        f'{html.escape(row["scale"])}</span></td>'
        f'<td data-name="measured">{results.measured(row).replace(" (", "<br>(")}</td>'
        f'<td data-name="region">{results.interval(row, "region_low", "region_high")}</td>'
        f'<td><b class="{word.replace(" ", "-")}">{word}</b>{remark}{reason}</td></tr>'
    )


COLUMNS = ("claim", "statement", "measured", "region", "verdict")


def claims_table(claims):
    if not claims:
        return "<p>No claims have been judged.</p>"
    rows = "\n".join(map(claim_row, claims))
    widths = "".join(f'<col class="{column}">' for column in COLUMNS)
    heads = "".join(f"<th>{column}</th>" for column in COLUMNS)
    return (
        f"<p>{html.escape(results.counts(claims))}.</p>\n<table><colgroup>{widths}</colgroup>"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )


def has_rows(path):
    """Is there a figure, and does it show more than that its study was not run? In the words of style.gp."""
    return path.exists() and "no such rows in these results" not in path.read_text(encoding="utf-8")


def figure(path, folder, out):
    name = path.stem
    caption = html.escape(results.caption(pathlib.Path("plots") / f"{name}.gp"))
    tables = ", ".join(
        f'<a href="{html.escape(os.path.relpath(table, out.parent))}">{table.name}</a>'
        for table in sorted(folder.glob("*.csv"))
    )
    return (
        f'<figure id="{name}">\n<div class="frame">{inline_svg(path, name)}</div>\n<figcaption id="{name}-caption">{caption}\n'
        f'<br><span class="note">Made by <code>{html.escape(command(folder))} &amp;&amp; make plots</code> '
        f"(plots/{name}.gp) from {tables}.</span></figcaption>\n</figure>"
    )


def figures_of(folder, figures, out):
    """All scripts of the experiment: drawn from these results, else by the committed run of profile laptop."""
    places = [(figures, folder)]
    laptop = results.deeper(folder)
    if laptop:
        places.append((laptop.parent / "figures", laptop))
    drawn, without = [], []
    for script in sorted(pathlib.Path("plots").glob(f"{folder.name}_*.gp")):
        paths = ((place / f"{script.stem}.svg", source) for place, source in places)
        path, source = next((pair for pair in paths if has_rows(pair[0])), (None, None))
        if path:
            drawn.append(figure(path, source, out))
        else:
            without.append(script.stem)
    if without:
        drawn.append(f'<p class="note">Not drawn from these results: {html.escape(", ".join(without))}.</p>')
    return "\n".join(drawn)


def command(folder):
    return f"build/cpu/{folder.name} --profile {results.read_run(folder)[1].get('profile', 'quick')}"


def paper(name):
    about = results.about(name)
    return f'<cite>{html.escape(about["title"])}</cite>, arXiv {html.escape(about["arxiv"])}' if about else ""


def contents(folders):
    """A line of links for each experiment."""
    lines = (
        f'<p><a href="#{name}"><b>{html.escape(name.replace("_", " "))}</b></a> '
        f'(<a href="#{name}-figures">figures</a>, <a href="#{name}-claims">claims</a>): '
        f'<span class="note">{paper(name)}. {html.escape(results.counts(results.read_claims(folder)))}.</span></p>'
        for folder in folders for name in (folder.name,)
    )
    return "<nav>\n" + "\n".join(lines) + "\n</nav>"


def experiment(folder, figures, out):
    name = folder.name
    configuration, provenance = results.read_run(folder)
    claims = results.read_claims(folder)
    lines = html.escape("\n".join(f"{key} = {value}" for key, value in configuration.items()))
    facts = "".join(
        f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>"
        for key, value in provenance.items()
    )
    return (
        f'<h2 id="{name}">{html.escape(name.replace("_", " "))}</h2>\n<p class="note">{paper(name)}</p>\n'
        f"<p>{html.escape(results.finding(name, claims))}</p>\n"
        f'<h3 id="{name}-figures">Figures</h3>\n{figures_of(folder, figures, out)}\n'
        f'<h3 id="{name}-claims">Claims</h3>\n{claims_table(claims)}\n'
        f"<h3>How it was made</h3>\n<pre>{html.escape(command(folder))}</pre>\n"
        f"<details><summary>Configuration: all options</summary><pre>{lines}</pre></details>\n"
        f"<details><summary>Provenance: machine, compiler, inputs</summary><dl>{facts}</dl></details>"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("folders", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    body = "\n".join(
        experiment(folder, arguments.figures, arguments.out) for folder in arguments.folders
    )
    body = f"{contents(arguments.folders)}\n{body}" if body else "<p>There are no results yet.</p>"
    part = arguments.out.with_suffix(".html.part")
    part.write_text(PAGE.format(style=STYLE, body=body), encoding="utf-8")
    part.replace(arguments.out)


if __name__ == "__main__":
    main()
