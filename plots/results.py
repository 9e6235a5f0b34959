"""Reads what the programs wrote, claims.csv and run.txt, figure captions and finding.txt.

Standard library only. Shared by report.py and tables.py, so that the page, the
paper and the README say the same in the same words.
"""

import csv
import math
import pathlib
import re

# A claim's source as a reader sees it. What is known second hand is never put
# into the paper's mouth.
SOURCES = {
    "abstract": "the paper states (abstract)",
    "body": "the paper states",
    "code": "the paper's code",
    "secondary": "as others report it",
    "inferred": "inferred from the paper",
    "ours": "ours",
}


def read_table(path):
    """The rows of a CSV file as dictionaries; none when there is no file."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def deeper(folder):
    """The committed run of profile laptop that goes with one of profile quick; None where there is none."""
    folder = pathlib.Path(folder)
    if read_run(folder)[1].get("profile") != "quick":
        return None
    places = (folder.resolve().parent.parent / "laptop", pathlib.Path("results/reference/laptop"))
    return next((place / folder.name for place in places if (place / folder.name / "claims.csv").exists()), None)


def beside(row, laptop):
    """A row of claims.csv and that of profile laptop (None for none): the latter stands where the former was not run,
    and has "profile" said; where both were judged and differ, "laptop" is the other verdict."""
    if laptop is None or laptop["verdict"] == "not run":
        return row | {"profile": "", "laptop": ""}
    if row["verdict"] == "not run":
        return laptop | {"profile": "laptop", "laptop": ""}
    return row | {"profile": "", "laptop": laptop["verdict"] if laptop["verdict"] != row["verdict"] else ""}


def read_claims(folder):
    """The claims as they were judged, those of profile quick beside the committed run of profile laptop."""
    laptop = deeper(folder)
    judged = {row["claim"]: row for row in (read_table(laptop / "claims.csv") if laptop else [])}
    return [beside(row, judged.get(row["claim"])) for row in read_table(pathlib.Path(folder) / "claims.csv")]


def read_bench(folder):
    """Timings that stand beside results, or else the committed ones."""
    folder = pathlib.Path(folder)
    places = (folder.parent, folder.parent.parent, pathlib.Path("results/reference"))
    tables = (read_table(place / "bench" / f"{folder.name}.csv") for place in places)
    return next(filter(None, tables), [])


def read_run(folder):
    """run.txt as (configuration, provenance), two dictionaries in file order."""
    configuration, provenance = {}, {}
    path = pathlib.Path(folder) / "run.txt"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.partition("=")
            if not equals or line.startswith("#"):
                continue
            name, value = name.strip(), value.strip()
            if name.startswith("run."):
                provenance[name[len("run."):]] = value
            else:
                configuration[name] = value
    return configuration, provenance


def caption(script):
    """The first comment lines of a figure script."""
    lines = []
    for line in pathlib.Path(script).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines)


def number(text):
    """Four significant digits of a number as written in a CSV; "" stays empty."""
    if text in ("", None):
        return ""
    value = float(text)
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.4g}".replace("-", "−")


def interval(row, low="low", high="high"):
    """"0.48 … 0.60", or "≤ 0.3" and "≥ 0.9" where one side is open."""
    below, above = number(row[low]), number(row[high])
    if not below or not above:
        return below or above
    if below == "−∞" and above == "∞":
        return "any"
    if below == "−∞":
        return f"< {above}"
    if above == "∞":
        return f"> {below}"
    return below if below == above else f"{below} … {above}"


def measured(row):
    """"0.501 (0.48 … 0.54)"; a dash when nothing was measured."""
    estimate, span = number(row["estimate"]), interval(row)
    if not estimate:
        return "–"
    return estimate if span in ("", estimate) else f"{estimate} ({span})"


def source(row):
    return SOURCES.get(row["source"], row["source"])


def origin(row):
    """The source, then the place: "the paper states (abstract), 2506.02336"."""
    if row["paper"].startswith(source(row)):
        return row["paper"]
    return f'{source(row)}, {row["paper"]}' if row["paper"] else source(row)


def verdict(row):
    """"reproduced", "reproduced in profile laptop", or "reproduced; in profile laptop undecided"."""
    if row["laptop"]:
        return f'{row["verdict"]}; in profile laptop {row["laptop"]}'
    return row["verdict"] + (f' in profile {row["profile"]}' if row["profile"] else "")


def tally(claims):
    """"12 reproduced, 1 undecided": the verdicts, most frequent first."""
    count = {}
    for row in claims:
        count[row["verdict"]] = count.get(row["verdict"], 0) + 1
    ordered = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {word}" for word, number in ordered)


def counts(claims):
    """"12 reproduced, 1 undecided; in profile laptop 5 reproduced": those of the run, then those added."""
    added = tally(row for row in claims if row["profile"])
    return tally(row for row in claims if not row["profile"]) + (f"; in profile laptop {added}" if added else "")


def about(name):
    """experiments/NAME/finding.txt: title, arxiv, cite and finding; none when there is no such file."""
    path = pathlib.Path("experiments") / name / "finding.txt"
    if not path.exists():
        return {}
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pairs = re.sub(r"\n\s+", " ", "\n".join(lines)).splitlines()
    return dict(re.split(r"\s*=\s*", pair, maxsplit=1) for pair in pairs)


def finding(name, claims):
    """The sentence of finding.txt, which says how it is written, with the numbers of these claims.

    A claim that these results do not have yet is one that was not run."""
    known = {row["claim"]: row for row in claims}
    unknown = {"verdict": "not run", "profile": "", "laptop": "", "estimate": "", "low": "", "high": ""}

    def value(found):
        row = known.get(found[1], unknown)
        if found[2] == "verdict":
            return verdict(row)
        return (number(row[found[2]]) if found[2] else measured(row)) or "–"

    def clause(found):
        said = fill(found[1])
        return "" if "–" in said else said

    def fill(text):
        return re.sub(r"{([^{}:]+):?([a-z]*)}", value, text)

    return fill(re.sub(r"\[([^\[\]]*)\]", clause, about(name).get("finding", "")))
