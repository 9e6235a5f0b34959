#!/usr/bin/env python3
"""Makes the sample logs of this folder: one invented run, written as each program would.

Eight rows at steps 10, 20, … 80, evaluated at 40 and 80. The shapes of the lines follow the
programs named; no line is from anybody's run. Run in this folder: python3 make.py
"""
import json

STEPS = range(10, 90, 10)
RATES = [0.0001, 0.0002, 0.0003, 0.0003, 0.0003, 0.0003, 0.0002, 0.0001]
TRAIN = [9.8125, 7.5312, 6.2804, 5.4417, 5.1093, 4.9526, 4.7288, 4.6051]
VALIDATION = {40: 5.3021, 80: 4.7113}
RUN = list(zip(STEPS, RATES, TRAIN))


def write(name, lines):
    with open(name, "w", newline="") as file:
        file.write("".join(line + "\n" for line in lines))


def evaluated(row, validation):
    """The row, and behind it the line of its evaluation, if there was one."""
    return [row] + ([validation] if validation else [])


def evaluation(step, form):
    return form.format(s=step, v=VALIDATION[step]) if step in VALIDATION else None


def tables():
    write("stepbench.csv", ["step,rate,train_loss,validation_loss"] + [
        f"{s},{r!r},{t!r},{VALIDATION.get(s, 'nan')}" for s, r, t in RUN])
    write("step_lr_loss.csv", ["step,lr,loss"] + [f"{s},{r!r},{t!r}" for s, r, t in RUN])
    write("tensorboard_loss.csv", ["Wall time,Step,Value"] + [
        f"{1.7e9 + s},{s},{t}" for s, r, t in RUN])
    write("tensorboard_rate.csv", ["Wall time,Step,Value"] + [
        f"{1.7e9 + s},{s},{r}" for s, r, t in RUN])
    write("tensorboard_validation.csv", ["Wall time,Step,Value"] + [
        f"{1.7e9 + s},{s},{v}" for s, v in VALIDATION.items()])
    write("algoperf.csv", ["accumulated_submission_time,global_step,train/loss,validation/loss"] + [
        f"{s / 7:.3f},{s},{t},{VALIDATION.get(s, '')}" for s, r, t in RUN])
    metrics = ["train/loss", "train/lr", "eval/loss"]
    heading = ['"Step"'] + [f'"{run} - {metric}{end}"' for run in ("base, wide", "slow - 2")
                            for metric in metrics for end in ("", "__MIN", "__MAX")]

    def cells(*values):
        return [f'"{v}"' for v in values for _ in range(3)]
    write("wandb_chart.csv", [",".join(heading)] + [
        ",".join([f'"{s}"'] + cells(t, r, VALIDATION.get(s, "")) + cells(t + 1, r / 2, ""))
        for s, r, t in RUN])
    write("wandb_history.csv", [",_runtime,_step,_timestamp,eval/loss,lr,note,train/loss"] + [
        f'{i},{s / 3:.2f},{s},{1.7e9 + s},{VALIDATION.get(s, "")},{r},"a ""b"", c",{t}'
        for i, (s, r, t) in enumerate(RUN)])


def objects():
    history = []
    for s, r, t in RUN:
        history.append({"epoch": s / 1000, "grad_norm": 1.5, "learning_rate": r, "loss": t,
                        "step": s})
        if s in VALIDATION:
            history.append({"epoch": s / 1000, "eval_loss": VALIDATION[s], "eval_runtime": 2.5,
                            "step": s})
    history.append({"epoch": 0.08, "step": 80, "total_flos": 1e15, "train_loss": 6.1,
                    "train_runtime": 91.2})
    state = {"best_metric": None, "epoch": 0.08, "global_step": 80, "log_history": history,
             "max_steps": 80, "trial_params": None}
    write("trainer_state.json", [json.dumps(state, indent=1)])
    write("wandb_history.jsonl", [line for s, r, t in RUN for line in evaluated(
        json.dumps({"_step": s, "_timestamp": 1.7e9 + s, "_runtime": s / 3, "train/loss": t,
                    "lr": r, "gradients": {"bins": [1, 2], "loss": 1}}),
        json.dumps({"_step": s, "_timestamp": 1.7e9 + s, "_runtime": s / 3,
                    "val/loss": VALIDATION[s]}) if s in VALIDATION else None)])
    write("plain.jsonl", [json.dumps({"iteration": s, "learning_rate": r, "train_loss": t,
                                      "valid_loss": VALIDATION.get(s)}) for s, r, t in RUN])


def lines():
    write("llmc_main.log", [line for s, r, t in RUN for line in evaluated(
        f"s:{s} trl:{t:.4f} lr:{r:.6f} norm:1.25", evaluation(s, "s:{s} tel:{v:.4f}"))]
        + ["s:80 eval:0.2931"])
    write("nanogpt.txt", ["tokens per iteration will be: 491,520", "number of parameters: 123.59M"]
          + [line for s, r, t in RUN for line in evaluated(
              f"iter {s}: loss {t:.4f}, time 132.10ms, mfu 30.12%",
              evaluation(s, "step {s}: train loss 1.0000, val loss {v:.4f}"))])
    write("modded_nanogpt.txt", ['print0(f"step:{step}/{steps} val_loss:{val_loss:.4f}")',
                                 "=" * 40, "Running Python 3.12", "=" * 40]
          + [line for s, r, t in RUN for line in evaluated(
              f"step:{s}/80 train_loss:{t:.4f} train_time:{s * 61}ms step_avg:61.20ms",
              evaluation(s, "step:{s}/80 val_loss:{v:.4f} train_time:99ms step_avg:61.20ms"))])
    write("megatron.txt", ["[default0]:building GPT model ..."]
          + [line for s, r, t in RUN for line in evaluated(
              f"[default7]: [2024-01-01 00:00:00] iteration {s:8d}/      80 | consumed samples: "
              f"{s * 512} | elapsed time per iteration (ms): 1024.2 | learning rate: {r:.6E} | "
              f"global batch size:   512 | load balancing loss: 1.000000E+00 | lm loss: {t:.6E} | "
              "loss scale: 1.0 | grad norm: 0.812 | number of skipped iterations:   0 | "
              "number of nan iterations:   0 |",
              evaluation(s, "[default7]: validation loss at iteration {s} | lm loss value: "
                            "{v:.6E} | lm loss PPL: 1.000000E+02 |"))]
          + ["[default7]: validation loss at iteration 80 on test set | lm loss value: 9.0E+00 |"])


tables()
objects()
lines()
