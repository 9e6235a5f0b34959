"""What the full profile costs on a GPU: hours, memory and price for each study.

usage: tests/gpu/project.py [--bench results/gpu/training.csv] [--price PER_HOUR] [--build build/cpu]

A study of networks takes (its time in the reference run of the quick profile on the CPU)
x (trials of full / of quick) x (steps of full / of quick) x (GPU's step / CPU's step), where
the trials are what --dry-run counts, the CPU's step is measured here and now with the quick
profile's network, and the GPU's step is read from training.csv. So evaluations are taken to
shrink as steps do. A batch of another size counts in proportion. What was not measured on a
GPU is not guessed: "not measured". What stays on the CPU is named, not projected.

Standard library only.
"""
import argparse
import collections
import csv
import functools
import math
import os
import pathlib
import re
import subprocess
import sys

# study: its options for model and steps. "sizes" trains networks of several sizes. The other
# studies compute on the CPU.
NETWORKS = {
    "runs": ("run-model", "run-steps"),
    "source": ("run-model", "run-steps"),
    "curves": ("curve-model", "curve-steps"),
    "delay": ("curve-model", "delay-steps"),
    "pairs": ("curve-model", "pair-steps"),
    "ends": ("curve-model", "curve-steps"),
    "sizes": (),
}
REFERENCE = pathlib.Path("results/reference/quick/annealing_law")
STEP_COUNT = 100


def read_settings(path):
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines()
             if "=" in line and not line.startswith(("#", "run.")))
    return {name.strip(): value.strip() for name, _, value in lines}


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def reference_seconds():
    """study: (trials, seconds) of the reference run on the CPU."""
    seconds = {row["trial"]: float(row["time_s"]) for row in read_csv(REFERENCE / "timing.csv")}
    study = {row["trial"]: row["study"] for row in read_csv(REFERENCE / "trials.csv")}
    found = collections.defaultdict(lambda: (0, 0.0))
    for trial, name in study.items():
        trials, total = found[name]
        found[name] = trials + 1, total + seconds[trial]
    return found


def count_trials(build):
    """study: trials of the full profile."""
    said = subprocess.run([f"{build}/annealing_law", "--profile", "full", "--dry-run", "--out",
                           "build/none"], capture_output=True, text=True, check=True).stdout
    return {name: int(count) for count, name in re.findall(r"^ *(\d+)  (\S+)$", said, re.M)}


def processor_seconds(pid):
    """Used so far: a busy machine lengthens the wall's seconds, not these."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@functools.cache
def ask_worker(build, model, batch, turns):
    """(seconds of a step, bytes) of a network for texts of bytes, on one thread of the CPU."""
    worker = subprocess.Popen([f"{build}/tests/bench_training_step", model, batch, "256", "0"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    memory, seconds = int(worker.stdout.readline().split()[1]), math.inf
    for _ in range(turns):
        before = processor_seconds(worker.pid)
        worker.stdin.write(f"{STEP_COUNT} 1\n")
        worker.stdin.flush()
        worker.stdout.readline()
        seconds = min(seconds, (processor_seconds(worker.pid) - before) / STEP_COUNT)
    worker.stdin.close()
    worker.wait()
    return seconds, memory


def step_on_gpu(bench, model, batch):
    """Seconds of a step, or None where no row of training.csv has that network."""
    if not bench.exists():
        return None
    keys = dict(part.split("=") for part in model.partition(":")[2].split(","))
    shape = f"L{keys['layers']} d{keys['width']} T{keys['context']} V256"
    for row in read_csv(bench):
        found = re.fullmatch(rf"step {shape} B(\d+) float32", row["case"])
        if found:
            return float(row["ours_s"]) * int(batch) / int(found[1])
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=pathlib.Path, default="results/gpu/training.csv")
    parser.add_argument("--build", default="build/cpu")
    parser.add_argument("--price", type=float, help="of the machine, per hour, in your currency")
    given = parser.parse_args()
    for needed in (f"{given.build}/annealing_law", f"{given.build}/tests/bench_training_step"):
        if not pathlib.Path(needed).exists():
            sys.exit(f"{needed} is not there: build it with 'make {needed}'")

    quick = read_settings(REFERENCE / "run.txt")
    full = quick | read_settings(pathlib.Path("experiments/annealing_law/full.cfg"))
    trials, reference = count_trials(given.build), reference_seconds()
    print(f"{'annealing_law, full':<22}{'trials':>8}{'memory MB':>11}{'GPU hours':>16}{'price':>10}")
    total, whole = 0.0, True
    for study, count in trials.items():
        if study not in NETWORKS or not NETWORKS[study] or not reference[study][0]:
            why = "not in the quick profile: not projected" if study in NETWORKS else "on the CPU"
            print(f"{study:<22}{count:>8}  {why}")
            continue
        model, steps = (full[key] for key in NETWORKS[study])
        before, seconds = reference[study]
        _, memory = ask_worker(given.build, model, full["run-batch"], 0)
        gpu_step = step_on_gpu(given.bench, model, full["run-batch"])
        hours, price = "not measured", ""
        if gpu_step:
            cpu_step, _ = ask_worker(given.build, quick[NETWORKS[study][0]], quick["run-batch"], 3)
            ratio = count / before * int(steps) / int(quick[NETWORKS[study][1]])
            taken = seconds * ratio * gpu_step / cpu_step / 3600.0
            hours, total = f"{taken:.3g}", total + taken
            price = f"{taken * given.price:.2f}" if given.price else ""
        whole = whole and gpu_step is not None
        print(f"{study:<22}{count:>8}{memory / 1e6:>11.0f}{hours:>16}{price:>10}")
    if whole:
        price = f"{total * given.price:.2f}" if given.price else ""
        print(f"{'all of these':<22}{'':>8}{'':>11}{total:>16.3g}{price:>10}")
    print("large_stepsize: all but its large sets stays on the CPU; not projected")


main()
