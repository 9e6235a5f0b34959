#include "train.h"

#include "base/die.h"
#include "io/csv.h"
#include "io/files.h"
#include "io/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char heading[] =
    "step,rate,train_loss,validation_loss,validation_accuracy,gradient_norm";

void train_log_add(TrainLog *log, const TrainingRecord *record)
{
    if (log->count == log->room) {
        log->room = 2 * log->room + 64;
        log->record = alloc_resized(log->record, (size_t)log->room, sizeof *log->record);
    }
    log->record[log->count++] = *record;
}

void train_log_write(const TrainLog *log, const char *path)
{
    FILE *file = files_begin(path);
    fprintf(file, "%s\n", heading);
    Table *table = table_spool(file, "", heading);
    for (int64_t k = 0; k < log->count; k++) {
        const TrainingRecord *record = &log->record[k];
        table_int(table, record->step);
        table_real(table, record->rate);
        table_real(table, record->train_loss);
        table_real(table, record->validation_loss);
        table_real(table, record->validation_accuracy);
        table_real(table, record->gradient_norm);
        table_end_row(table);
    }
    table_close(table);
    files_commit(file, path);
}

static TrainingRecord record_of(const Csv *csv, int64_t row)
{
    return (TrainingRecord){
        .step = csv_int(csv, row, csv_column(csv, "step")),
        .rate = csv_real(csv, row, csv_column(csv, "rate")),
        .train_loss = csv_real(csv, row, csv_column(csv, "train_loss")),
        .validation_loss = csv_real(csv, row, csv_column(csv, "validation_loss")),
        .validation_accuracy = csv_real(csv, row, csv_column(csv, "validation_accuracy")),
        .gradient_norm = csv_real(csv, row, csv_column(csv, "gradient_norm"))};
}

TrainLog train_log_read(const char *path, int64_t step)
{
    TrainLog log = {0};
    if (step == 0) return log;
    Csv *csv = csv_read(path);
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        TrainingRecord record = record_of(csv, row);
        if (record.step <= step) train_log_add(&log, &record);
    }
    csv_free(csv);
    if (log.count == 0 || log.record[log.count - 1].step != step)
        die("%s: has no row of step %" PRId64 ", where its checkpoint goes on; --fresh starts over",
            path, step);
    return log;
}
