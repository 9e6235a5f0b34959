"""What the full profile costs on a GPU: hours, memory and price for each study.

usage: tests/gpu/project.py [--bench results/gpu/training.csv] [--price PER_HOUR] [--build build/cpu]

A study of networks takes (its time in the reference run of the quick profile on the CPU)
x (trials of full / of quick) x (steps of full / of quick) x (GPU's step / CPU's step), where
the trials are what --dry-run counts, the CPU's step is measured here and now with the quick
profile's network, and the GPU's step in float32 is read from training.csv. So evaluations are
taken to shrink as steps do, and trials of a study to cost alike. A batch of another size counts
in proportion. Hours are of one trial after the other: what workers side by side save, the rows
"step in ... workers" tell. What was not measured on a GPU is not guessed: "not measured". What
stays on the CPU, and what nothing here can be projected from, is named.

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

# program: its option for the batch, and of each study that trains those for model and steps; () for
# networks or steps of several sizes. Its other studies compute on the CPU.
PROGRAMS = {
    "annealing_law": ("run-batch", {
        "runs": ("run-model", "run-steps"),
        "source": ("run-model", "run-steps"),
        "curves": ("curve-model", "curve-steps"),
        "delay": ("curve-model", "delay-steps"),
        "pairs": ("curve-model", "pair-steps"),
        "ends": ("curve-model", "curve-steps"),
        "sizes": (),
    }),
    "path_switching": ("batch", {
        "versions": ("model", "steps"),
        "equal": ("model", "steps"),
        "stages": ("model", "steps"),
        "decays": ("model", "steps"),
        "shapes": ("model", "steps"),
        "domains": ("model", "steps"),
        "prediction": ("model", "steps"),
        "sizes": (),
        "horizons": (),
    }),
}
OTHERS = {
    "root_free": "networks that training.csv has not: not projected",
    "large_stepsize": "all but its large sets stays on the CPU: not projected",
    "distributed_stepsize": "on the CPU",
}
REFERENCE = pathlib.Path("results/reference/quick")
STEP_COUNT = 100


def read_settings(path):
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines()
             if "=" in line and not line.startswith(("#", "run.")))
    return {name.strip(): value.strip() for name, _, value in lines}


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def reference_seconds(program):
    """study: (trials, seconds) of the reference run on the CPU."""
    folder = REFERENCE / program
    seconds = {row["trial"]: float(row["time_s"]) for row in read_csv(folder / "timing.csv")}
    study = {row["trial"]: row["study"] for row in read_csv(folder / "trials.csv")}
    found = collections.defaultdict(lambda: (0, 0.0))
    for trial, name in study.items():
        trials, total = found[name]
        found[name] = trials + 1, total + seconds[trial]
    return found


def count_trials(build, program):
    """study: trials of the full profile."""
    said = subprocess.run([f"{build}/{program}", "--profile", "full", "--dry-run", "--out",
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


def project_study(given, quick, full, keys, scale):
    """(hours on a GPU or None, bytes) of a study; scale: trials and seconds as reference_seconds()."""
    (model, steps), batch = keys
    _, memory = ask_worker(given.build, full[model], full[batch], 0)
    gpu_step = step_on_gpu(given.bench, full[model], full[batch])
    if gpu_step is None:
        return None, memory
    cpu_step, _ = ask_worker(given.build, quick[model], quick[batch], 3)
    ratio = scale[0] * int(full[steps]) / int(quick[steps])
    return scale[1] * ratio * gpu_step / cpu_step / 3600.0, memory


def project(given, program):
    """Prints a line for each study, and the sum of those that are projected."""
    quick = read_settings(REFERENCE / program / "run.txt")
    full = quick | read_settings(pathlib.Path(f"experiments/{program}/full.cfg"))
    batch, networks = PROGRAMS[program]
    reference, hours = reference_seconds(program), []
    print(f"{program + ', full':<22}{'trials':>8}{'memory MB':>11}{'GPU hours':>16}{'price':>10}")
    for study, count in count_trials(given.build, program).items():
        before, seconds = reference[study]
        if study not in networks:
            print(f"{study:<22}{count:>8}  on the CPU")
        elif not networks[study]:
            print(f"{study:<22}{count:>8}  of several sizes: not projected")
        elif not before:
            print(f"{study:<22}{count:>8}  not in the quick profile: not projected")
        else:
            taken, memory = project_study(given, quick, full, (networks[study], batch),
                                          (count / before, seconds))
            print(f"{study:<22}{count:>8}{memory / 1e6:>11.0f}{cost_of(given, taken)}")
            hours.append(taken)
    if None not in hours:
        print(f"{'all of these':<41}{cost_of(given, sum(hours))}")


def cost_of(given, hours):
    if hours is None:
        return f"{'not measured':>16}"
    return f"{hours:>16.3g}" + (f"{hours * given.price:>10.2f}" if given.price else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", type=pathlib.Path, default="results/gpu/training.csv")
    parser.add_argument("--build", default="build/cpu")
    parser.add_argument("--price", type=float, help="of the machine, per hour, in your currency")
    given = parser.parse_args()
    for needed in [f"{given.build}/{program}" for program in PROGRAMS] + [
            f"{given.build}/tests/bench_training_step"]:
        if not pathlib.Path(needed).exists():
            sys.exit(f"{needed} is not there: build it with 'make {needed}'")
    for program in PROGRAMS:
        project(given, program)
    for program, why in OTHERS.items():
        print(f"{program}: {why}")


main()
