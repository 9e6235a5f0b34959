#!/usr/bin/env python3
"""Recomputes every verdict from the CSV files, with code of its own.

usage: verify.py RESULTS_DIR CLAIMS_CFG [PROFILE]

Reads the tables and the claims as results/SCHEMA.md describes them, forms the
values, the intervals (with its own Student quantile) and the verdicts, and
compares them with RESULTS_DIR/claims.csv: verdicts exactly, numbers to 1e-9.
PROFILE is the one of the run (run.txt) unless given.
Exit 1 where they differ. Python's standard library only.
"""
import csv
import math
import os
import sys

LEVEL = 0.99
COUNTS = {"steps", "gradients", "values", "rounds", "messages", "bytes", "last_increase"}
PROFILES = ["smoke", "quick", "laptop", "full"]


# ---- Student's t, from the incomplete beta function's continued fraction

def beta_fraction(a, b, x):
    """Lentz's method; converges fast for x < (a + 1)/(a + b + 2)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 / max(1.0 - (a + b) * x / (a + 1.0), tiny)
    value = d
    for m in range(1, 10000):
        for numerator in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                          -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1.0 + numerator * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + numerator / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return value


def beta_share(a, b, x):
    """The regularised incomplete beta function."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
                     + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * beta_fraction(a, b, x) / a
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b


def t_quantile(p, degrees):
    """For p > 1/2, by bisection on the upper tail."""
    def tail(t):
        return 0.5 * beta_share(degrees / 2.0, 0.5, degrees / (degrees + t * t))
    low, high = 0.0, 1.0
    while tail(high) > 1.0 - p:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if tail(middle) > 1.0 - p else (low, middle)
    return 0.5 * (low + high)


# ---- intervals: (estimate, low, high)

def range_interval(values):
    ordered = sorted(values)
    n = len(ordered)
    median = 0.5 * (ordered[(n - 1) // 2] + ordered[n // 2])
    return median, ordered[0], ordered[-1]


def t_interval(values):
    n = len(values)
    mean = math.fsum(values) / n
    if n < 2:
        return mean, -math.inf, math.inf
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = t_quantile(0.5 + LEVEL / 2.0, n - 1) * deviation / math.sqrt(n)
    return mean, mean - half, mean + half


def at_least(k, n, p):
    """P(X >= k) for X binomial(n, p)."""
    return math.fsum(math.comb(n, i) * p ** i * (1.0 - p) ** (n - i) for i in range(k, n + 1))


def share_interval(values):
    """Clopper and Pearson's interval of a share of ones."""
    n, ones = len(values), sum(v == 1.0 for v in values)

    def edge(k, share):
        low, high = 0.0, 1.0
        for _ in range(100):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if at_least(k, n, middle) < share else (low, middle)
        return 0.5 * (low + high)
    half = (1.0 - LEVEL) / 2.0
    return (ones / n, edge(ones, half) if ones else 0.0,
            edge(ones + 1, 1.0 - half) if ones < n else 1.0)


def fit_slope(points):
    """Least squares y on x; the t interval of the slope."""
    n = len(points)
    if n < 2 or len({x for x, _ in points}) < 2 or \
            not all(math.isfinite(c) for p in points for c in p):
        return (math.nan,) * 3
    points = [(x, y - points[0][1]) for x, y in points]  # a level line has slope 0, not rounding
    mean_x = math.fsum(x for x, _ in points) / n
    mean_y = math.fsum(y for _, y in points) / n
    sxx = math.fsum((x - mean_x) ** 2 for x, _ in points)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in points) / sxx
    if n < 3:
        return slope, -math.inf, math.inf
    rest = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    half = t_quantile(0.5 + LEVEL / 2.0, n - 2) * math.sqrt(rest / (n - 2) / sxx)
    return slope, slope - half, slope + half


# ---- reading

def read_claims(path):
    claims = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("["):
                claims.append({"id": line[1:-1], "file": "trials", "quantity": "value",
                               "interval": "range", "profile": "quick"})
            else:
                key, value = line.split("=", 1)
                claims[-1][key.strip()] = value.strip()
    return claims


def read_table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_profile(results):
    with open(os.path.join(results, "run.txt"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition("=")
            if key.strip() == "run.profile":
                return value.strip()
    return "quick"


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


# ---- selecting

def parse_conditions(text):
    conditions = []
    for word in text.split():
        at = min(word.find(sign) for sign in "!<>=" if sign in word)
        sign = word[at:at + 2] if word[at:at + 2] in ("!=", "<=", ">=") else word[at]
        conditions.append((word[:at], sign, word[at + len(sign):]))
    return conditions


def is_met(cell, sign, wanted):
    x, y = number(cell), number(wanted)
    numbers = x is not None and y is not None
    equal = cell == wanted or (numbers and x == y)
    if sign == "=":
        return equal
    if sign == "!=":
        return not equal
    if not numbers:
        return False
    return {"<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}[sign]


def select(rows, conditions):
    speaks = any(column == "outcome" for column, _, _ in conditions)
    return [row for row in rows
            if (speaks or row.get("outcome") != "absent")
            and all(is_met(row[column], sign, wanted) for column, sign, wanted in conditions)]


# ---- values

def value_of(claim, row):
    names = claim["value"].split("/")
    value = cell(row, names[0].strip())
    return divide(value, cell(row, names[1].strip())) if len(names) == 2 else value


def cell(row, name):
    """Counts of a run that did not arrive are its budget, and nothing measured."""
    outcome = row.get("outcome", "reached")
    if outcome == "crashed" or (outcome != "reached" and name in COUNTS):
        return math.nan
    return float(row[name])


def divide(a, b):
    """As the processor does it."""
    if b != 0.0 or math.isnan(a):
        return a / b if b != 0.0 else math.nan
    return math.nan if a == 0.0 else math.copysign(math.inf, a) * math.copysign(1.0, b)


def logarithm(value):
    if value > 0.0:
        return math.log(value)
    return -math.inf if value == 0.0 else math.nan


def key_of(row, columns):
    return tuple(row[column] for column in columns)


def paired_values(claim, rows, chosen):
    newer = parse_conditions(claim["against"])
    kept = [c for c in parse_conditions(claim["select"]) if c[0] not in {n[0] for n in newer}]
    columns = claim.get("pair", "").split()
    partners = {key_of(row, columns): row for row in select(rows, kept + newer)}
    values = []
    for row in chosen:
        partner = partners.get(key_of(row, columns))
        if partner is None:
            continue
        a, b = value_of(claim, row), value_of(claim, partner)
        values.append(divide(a, b) if claim["quantity"] == "ratio" else a - b)
    return values


def local_slopes(points):
    merged = {}
    for x, y in points:
        merged.setdefault(x, []).append(y)
    line = sorted((x, sum(ys) / len(ys)) for x, ys in merged.items())
    if len(line) < 2:
        return [math.nan]
    return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(line, line[1:])]


def groups_of(claim, chosen):
    groups = {}
    for row in chosen:
        groups.setdefault(key_of(row, claim.get("group", "").split()), []).append(row)
    return list(groups.values())


def points_of(claim, group):
    return [(logarithm(float(row[claim["x"]])), logarithm(value_of(claim, row))) for row in group]


def positive_share(values):
    unknown = any(math.isnan(v) for v in values)
    return math.nan if unknown else sum(v > 0.0 for v in values) / len(values)


def sample(claim, rows):
    """The values, and the interval if the values alone do not give it."""
    chosen = select(rows, parse_conditions(claim["select"]))
    if claim["quantity"] == "value":
        return [value_of(claim, row) for row in chosen], None
    if claim["quantity"] in ("difference", "ratio"):
        return paired_values(claim, rows, chosen), None
    groups = groups_of(claim, chosen)
    if claim["quantity"] == "positive":
        return [positive_share([value_of(claim, row) for row in group]) for group in groups], None
    groups = [points_of(claim, group) for group in groups]
    if claim["quantity"] == "local_slope":
        return [slope for group in groups for slope in local_slopes(group)], None
    fits = [fit_slope(sorted(group)) for group in groups]
    lone = len(fits) == 1 and not claim.get("group") and claim["interval"] == "t"
    return [fit[0] for fit in fits], fits[0] if lone else None


# ---- judging

def region_of(claim):
    """(low, high, null)"""
    def given(key, otherwise):
        return float(claim[key]) if key in claim else otherwise
    neutral = 1.0 if claim["quantity"] == "ratio" else 0.0
    kind = claim["kind"]
    if kind in ("order", "trend"):
        effect, null = float(claim["effect"]), given("null", neutral)
        if claim["direction"] == "less":
            return (0.0 if neutral else -math.inf), neutral - effect, null
        return neutral + effect, math.inf, null
    if kind == "equal":
        margin = float(claim["margin"])
        return neutral - margin, neutral + margin, given("null", math.nan)
    if kind == "bound" or (kind == "exact" and "expect" not in claim):
        return given("low", -math.inf), given("high", math.inf), given("null", math.nan)
    centre, tolerance = given("expect", 1.0), float(claim["tolerance"])
    null = given("null", 0.0 if kind == "exponent" else math.nan)
    return centre - tolerance, centre + tolerance, null


def judge(claim, interval):
    _, low, high = interval
    region_low, region_high, null = region_of(claim)
    if claim["kind"] == "exact":
        return "holds" if region_low <= low and high <= region_high else "fails"
    if region_low < low and high < region_high:
        verdict = "reproduced"
    elif not (high <= region_low or low >= region_high):
        verdict = "undecided"
    elif (region_low >= null and low > null) or (region_high <= null and high < null):
        verdict = "partly"
    else:
        verdict = "not reproduced"
    if claim["domain"] == "law":
        return {"reproduced": "holds", "undecided": "undecided"}.get(verdict, "fails")
    return verdict


def evaluate(claim, results, profile, verdicts):
    """(verdict, interval)"""
    nothing = (math.nan,) * 3
    if PROFILES.index(profile) < PROFILES.index(claim["profile"]):
        return "not run", nothing
    premise = verdicts[claim["premise"]] if "premise" in claim else "holds"
    if premise not in ("reproduced", "holds"):
        return ("not run" if premise == "not run" else "premise absent"), nothing
    path = os.path.join(results, claim["file"] + ".csv")
    if not os.path.exists(path):
        return "not run", nothing
    values, interval = sample(claim, read_table(path))
    if not values:
        return "not run", nothing
    if not all(math.isfinite(v) for v in values):
        return ("fails" if claim["kind"] == "exact" else "undecided"), nothing
    if interval is None:
        form = {"t": t_interval, "share": share_interval, "range": range_interval}
        interval = form[claim["interval"]](values)
    return judge(claim, interval), interval


def is_close(a, b, scale):
    """Ends of an interval are compared on the scale of the interval's own numbers."""
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= 1e-9 * scale


def compare(claim, verdict, interval, row):
    told = tuple(float(row[name]) for name in ("estimate", "low", "high"))
    scale = max([abs(v) for v in interval + told if math.isfinite(v)], default=0.0)
    region = region_of(claim)[:2]
    complaints = []
    if verdict != row["verdict"]:
        complaints.append(f"verdict {row['verdict']}, recomputed {verdict}")
    if not all(is_close(a, b, scale) for a, b in zip(told, interval)):
        complaints.append(f"interval {told}, recomputed {interval}")
    if region != (float(row["region_low"]), float(row["region_high"])):
        complaints.append(f"region {row['region_low']} {row['region_high']}, recomputed {region}")
    return [f"{claim['id']}: {complaint}" for complaint in complaints]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: verify.py RESULTS_DIR CLAIMS_CFG [PROFILE]")
    results, path = sys.argv[1:3]
    told = {row["claim"]: row for row in read_table(os.path.join(results, "claims.csv"))}
    profile = sys.argv[3] if len(sys.argv) == 4 else read_profile(results)
    verdicts, complaints = {}, []
    for claim in read_claims(path):
        verdict, interval = evaluate(claim, results, profile, verdicts)
        verdicts[claim["id"]] = verdict
        if claim["id"] in told:
            complaints += compare(claim, verdict, interval, told.pop(claim["id"]))
        else:
            complaints.append(f"{claim['id']}: missing from claims.csv")
    complaints += [f"{name}: stands in claims.csv alone" for name in told]
    for complaint in complaints:
        print(complaint)
    if complaints:
        sys.exit(1)
    print(f"{len(verdicts)} verdicts recomputed, all agree")


if __name__ == "__main__":
    main()
