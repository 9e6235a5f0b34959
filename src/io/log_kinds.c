#include "io/log_kinds.h"

#include "base/die.h"
#include "base/named.h"

#include <stdlib.h>

/* Names in tables and objects. A step counted by the trainer goes before the counter of the
 * logger (W&B's _step counts its own calls). */
static LogNames usual = {
    [LOG_STEP] = {"train/global_step", "trainer/global_step", "global_step", "train/step", "step",
                  "steps", "iter", "iteration", "iterations", "train_step", "_step"},
    [LOG_RATE] = {"rate", "lr", "learning_rate", "train/lr", "train/learning_rate", "train/rate",
                  "optim/lr", "optimizer/lr", "optim/learning_rate", "lr-AdamW", "lr/group0"},
    [LOG_TRAIN] = {"train_loss", "training_loss", "loss", "train/lm_loss", "lm_loss", "loss/train",
                   "training/loss", "train/ce_loss", "train/cross_entropy_loss", "train_loss_step"},
    [LOG_VALIDATION] = {"validation_loss", "val_loss", "valid_loss", "eval_loss", "loss/val",
                        "loss/validation", "loss/valid", "loss/eval", "evaluation_loss"}};

/* The last entry's "train_loss" is the mean over the whole run: not a point of the curve. */
static LogNames state = {[LOG_STEP] = {"step"},
                         [LOG_RATE] = {"learning_rate"},
                         [LOG_TRAIN] = {"loss"},
                         [LOG_VALIDATION] = {"eval_loss"}};

static LogNames tensorboard = {[LOG_STEP] = {"step"}, [LOG_TRAIN] = {"value"}};
static LogNames tensorboard_rate = {[LOG_STEP] = {"step"}, [LOG_RATE] = {"value"}};
static LogNames tensorboard_validation = {[LOG_STEP] = {"step"}, [LOG_VALIDATION] = {"value"}};

/* Printed lines: the text right before the number. */
static LogNames llmc = {
    [LOG_STEP] = {"s:"}, [LOG_RATE] = {"lr:"}, [LOG_TRAIN] = {"trl:"}, [LOG_VALIDATION] = {"tel:"}};

static LogNames nanogpt = {[LOG_STEP] = {"iter ", "step "},
                           [LOG_RATE] = {"lr "},
                           [LOG_TRAIN] = {"loss ", "train loss "},
                           [LOG_VALIDATION] = {"val loss "}};

static LogNames modded = {[LOG_STEP] = {"step:"},
                          [LOG_RATE] = {"lr:"},
                          [LOG_TRAIN] = {"train_loss:"},
                          [LOG_VALIDATION] = {"val_loss:"}};

static LogNames megatron = {[LOG_STEP] = {"iteration "},
                            [LOG_RATE] = {"learning rate:"},
                            [LOG_TRAIN] = {"lm loss:", "loss:"},
                            [LOG_VALIDATION] = {"lm loss value:"}};

static const LogKind kinds[] = {
    {"stepbench", "CSV of this suite: step,rate,train_loss,validation_loss", log_table_claims,
     log_table_read, .names = &usual,
     .signature = {"step", "rate", "train_loss", "validation_loss"}},
    {"step_lr_loss", "CSV with the columns step,lr,loss", log_table_claims, log_table_read,
     .names = &usual, .signature = {"step", "lr", "loss"}},
    {"tensorboard", "CSV from TensorBoard: Wall time,Step,Value, one scalar a file",
     log_table_claims, log_table_read, .names = &tensorboard,
     .signature = {"wall time", "step", "value"}},
    {"algoperf", "CSV of measurements from AlgoPerf", log_table_claims, log_table_read,
     .names = &usual, .signature = {"global_step", "accumulated_submission_time"}},
    {"wandb_chart", "CSV of a Weights & Biases chart: Step and \"RUN - METRIC\"", log_chart_claims,
     log_table_read, .names = &usual},
    {"wandb_csv", "history of a Weights & Biases run as CSV", log_table_claims, log_table_read,
     .names = &usual, .signature = {"_step", "_runtime"}},
    {"trainer_state", "trainer_state.json of Hugging Face's Trainer", log_state_claims,
     log_objects_read, .names = &state},
    {"wandb_history", "history of a Weights & Biases run as JSON Lines", log_wandb_claims,
     log_objects_read, .names = &usual},
    {"llm.c", "main.log of llm.c: s:10 trl:3.2 lr:0.0006 norm:1.2", log_lines_claims,
     log_lines_read, .names = &llmc},
    {"nanogpt", "what nanoGPT prints: iter 10: loss 3.2, time …", log_lines_claims, log_lines_read,
     .names = &nanogpt, .opens = ":,"},
    {"modded_nanogpt", "log of modded-nanogpt: step:10/2160 val_loss:3.2 …", log_lines_claims,
     log_lines_read, .names = &modded},
    {"megatron", "what Megatron-LM prints: iteration 10/ 100 | … | lm loss: 3.2 |",
     log_lines_claims, log_lines_read, .names = &megatron, .opens = "|", .skips = " on test set"},
    {"csv", "any table below a line of usual or chosen names", log_table_claims, log_table_read,
     .names = &usual, .is_fallback = true},
    {"jsonl", "JSON objects of usual or chosen keys, a line each or in a list", log_objects_claims,
     log_objects_read, .names = &usual, .is_fallback = true}};

enum { KINDS = sizeof kinds / sizeof *kinds };

const LogKind *log_kind(int index) { return index < KINDS ? &kinds[index] : NULL; }

const LogKind *log_kind_named(const char *name)
{
    return named_row("log format", name, KINDS, sizeof *kinds, kinds);
}

char *log_formats(void)
{
    char *list = format_text("%s", "");
    for (int k = 0; k < KINDS; k++) {
        char *longer = format_text("%s  %-16s %s\n", list, kinds[k].name, kinds[k].title);
        free(list);
        list = longer;
    }
    return list;
}

static LogNames *names_of(const LogReader *reader)
{
    static LogNames *const single[] = {[LOG_HOLDS_LOSS] = &tensorboard,
                                       [LOG_HOLDS_RATE] = &tensorboard_rate,
                                       [LOG_HOLDS_VALIDATION] = &tensorboard_validation};
    LogNames *names = reader->kind->names;
    return names == &tensorboard ? single[reader->holds] : names;
}

const char *const *log_names(const LogReader *reader, LogRole role)
{
    return (*names_of(reader))[role];
}

bool log_find_role(const LogReader *reader, LogText name, LogRole *role, int *place)
{
    for (int r = 0; r < LOG_ROLES; r++) {
        const char *chosen = log_chosen(reader, (LogRole)r);
        const char *const *names = log_names(reader, (LogRole)r);
        *role = (LogRole)r;
        *place = 0;
        if (chosen && log_same_name(name, chosen)) return true;
        for (int n = 0; !chosen && n < LOG_NAMES && names[n]; n++)
            if (log_same_name(name, names[ *place = n])) return true;
    }
    return false;
}
