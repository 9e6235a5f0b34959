/* The bytes of a checkpoint: a text header, the numbers, 64 hexadecimal digits. Private to
 * checkpoint.c.
 *
 *     stepbench checkpoint 1
 *     bytes = 00000000000000123456     of the whole file
 *     real = float32
 *     step = 200
 *     seed = 1
 *     optimizer = adamw:beta1=0.9,…
 *     optimizer.steps = 200
 *     optimizer.numbers = 98816
 *     configuration = 12               so many lines follow
 *     …
 *     tensors = 29                     so many lines follow: name group rows cols
 *     …
 *     end
 *
 * Then the tensors one after another without gaps, the optimizer's numbers (as this machine
 * stores them), the sha256 of all of it, and a line end. */
#ifndef TRIAL_CHECKPOINT_FILE_H
#define TRIAL_CHECKPOINT_FILE_H

#include "base/hash.h"
#include "compute/backend.h"

#include <stdint.h>
#include <stdio.h>

enum { CHECKPOINT_VERSION = 1, CHECKPOINT_TAIL = HASH_LENGTH + 1 };

/* ---- writing: everything passes through here, so that the checksum is of what was written */
typedef struct {
    const char *path;
    FILE *file;
    HashSum *sum;
    Backend *backend;
    real *piece; /* numbers on their way */
} CheckpointWriter;

CheckpointWriter checkpoint_begin(const char *path, Backend *backend);
void checkpoint_put_text(CheckpointWriter *writer, const char *text);
void checkpoint_put_reals(CheckpointWriter *writer, const real *memory, int64_t count);
void checkpoint_commit(CheckpointWriter *writer);

/* ---- reading. Opening checks version, size and checksum: what follows is what was written. */
typedef struct {
    const char *path;
    FILE *file;
    char *line; /* the last one read, without its end */
    size_t room;
} CheckpointReader;

CheckpointReader checkpoint_open(const char *path);
const char *checkpoint_line(CheckpointReader *reader); /* valid until the next call */
/* The value of the line "name = value"; ends the program on another line. */
const char *checkpoint_field(CheckpointReader *reader, const char *name);
int64_t checkpoint_count(CheckpointReader *reader, const char *name);
void checkpoint_get_reals(CheckpointReader *reader, Backend *backend, real *memory, int64_t count);
void checkpoint_close(CheckpointReader *reader);

#endif
