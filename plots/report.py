#!/usr/bin/env python3
"""Writes one self-contained HTML page: claims, figures, and how each was made.

usage: report.py --figures DIR --out FILE RESULTS_FOLDER…

A results folder is results/NAME; its figures are DIR/NAME_*.svg. The page has no
script and asks for nothing from outside: it can be mailed, archived and read offline.
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
  margin: 0 auto; padding: 1rem; max-width: 64rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { margin-top: 2.5rem; } h3 { margin-top: 2rem; }
a { color: inherit; }
code, pre { font: 0.85em/1.45 ui-monospace, monospace; }
pre { background: var(--card); padding: 0.7rem; overflow-x: auto; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.45rem 0.6rem 0.45rem 0;
  border-bottom: 1px solid var(--rule); }
.note { color: var(--faint); font-size: 0.85rem; }
.verdict b { white-space: nowrap; }
.reproduced, .holds { color: var(--good); }
.not-reproduced, .fails { color: var(--bad); }
.partly, .undecided { color: var(--open); }
.own { border: 1px solid var(--rule); border-radius: 3px; padding: 0 0.3em; font-size: 0.8rem; }
figure { margin: 1rem 0 2rem; }
.frame { overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; background: #fff; border-radius: 4px; }
figcaption { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  thead { display: none; } tr { display: block; padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
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
<p>Claims were written down before the runs. Each fixes a region; it is reproduced when
the 99&nbsp;% interval of what was measured lies inside. What we know only second hand is marked so, and
so are claims of our own.</p>
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
    text = re.sub(r"<title>Gnuplot</title>\s*<desc>.*?</desc>", "", text, flags=re.S)
    return text.replace("<svg", f'<svg role="img" aria-labelledby="{name}-caption"', 1)


def claim_row(row):
    own = ' <span class="own">ours</span>' if row["source"] == "ours" else ""
    verdict = html.escape(row["verdict"])
    reason = f'<br><span class="note">{html.escape(row["reason"])}</span>' if row["reason"] else ""
    origin = results.origin(row)
    return (
        f'<tr><td><code>{html.escape(row["claim"])}</code>{own}</td>'
        f'<td>{html.escape(row["statement"])}<br><span class="note">{html.escape(origin)}; '
        f'{html.escape(row["scale"])}</span></td>'
        f'<td data-name="measured">{results.measured(row)}</td>'
        f'<td data-name="region">{results.interval(row, "region_low", "region_high")}</td>'
        f'<td class="verdict"><b class="{verdict.replace(" ", "-")}">{verdict}</b>{reason}</td></tr>'
    )


def claims_table(claims):
    if not claims:
        return "<p>No claims have been judged.</p>"
    rows = "\n".join(claim_row(row) for row in claims)
    return (
        f"<p>{html.escape(results.counts(claims))}.</p>\n<table><thead><tr><th>claim</th><th>statement</th>"
        "<th>measured</th><th>region</th><th>verdict</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def is_empty(path):
    """Does the figure only say that the study it shows was not run? In the words of style.gp."""
    return "no such rows in these results" in path.read_text(encoding="utf-8")


def figure(path, folder, out, command):
    name = path.stem
    caption = html.escape(results.caption(pathlib.Path("plots") / f"{name}.gp"))
    tables = ", ".join(
        f'<a href="{html.escape(os.path.relpath(table, out.parent))}">{table.name}</a>'
        for table in sorted(folder.glob("*.csv"))
    )
    return (
        f'<figure id="{name}">\n<div class="frame">{inline_svg(path, name)}</div>\n<figcaption id="{name}-caption">{caption}\n'
        f'<br><span class="note">Made by <code>{html.escape(command)} &amp;&amp; make plots</code> '
        f"(plots/{name}.gp) from {tables}.</span></figcaption>\n</figure>"
    )


def experiment(folder, figures, out):
    name = folder.name
    configuration, provenance = results.read_run(folder)
    command = f"build/cpu/{name} --profile {provenance.get('profile', 'quick')}"
    paths = sorted(figures.glob(f"{name}_*.svg"))
    drawn = "\n".join(figure(path, folder, out, command) for path in paths if not is_empty(path))
    skipped = ", ".join(path.stem for path in paths if is_empty(path))
    if skipped:
        drawn += f'\n<p class="note">Without rows in these results: {html.escape(skipped)}.</p>'
    lines = html.escape("\n".join(f"{key} = {value}" for key, value in configuration.items()))
    facts = "".join(
        f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>"
        for key, value in provenance.items()
    )
    return (
        f'<h2 id="{name}">{html.escape(name.replace("_", " "))}</h2>\n'
        f"{claims_table(results.read_claims(folder))}\n{drawn}\n"
        f"<h3>How it was made</h3>\n<pre>{html.escape(command)}</pre>\n"
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
    body = body or "<p>There are no results yet.</p>"
    part = arguments.out.with_suffix(".html.part")
    part.write_text(PAGE.format(style=STYLE, body=body), encoding="utf-8")
    part.replace(arguments.out)


if __name__ == "__main__":
    main()
