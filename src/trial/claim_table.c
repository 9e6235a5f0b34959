#include "trial/claim_table.h"

#include "base/die.h"
#include "io/csv.h"
#include "io/files.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char heading[] = "claim,kind,source,domain,scale,statement,paper,n,estimate,low,high,"
                              "region_low,region_high,verdict,reason";

/* RFC 4180: sentences have commas, and results/trials.csv has not. */
static void write_text(FILE *file, const char *text)
{
    if (!strpbrk(text, ",\"")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"') fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void write_real(FILE *file, double value)
{
    if (isnan(value))
        fputs(",nan", file);
    else
        fprintf(file, ",%.17g", value);
}

static void write_row(FILE *file, const Claim *claim, const ClaimResult *result)
{
    ClaimRegion region = claim_region(claim);
    const char *const texts[] = {claim->id,    claim->kind_name, claim->source, claim->domain,
                                 claim->scale, claim->statement, claim->paper};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        if (k) fputc(',', file);
        write_text(file, texts[k]);
    }
    fprintf(file, ",%" PRId64, result->count);
    write_real(file, result->interval.estimate);
    write_real(file, result->interval.low);
    write_real(file, result->interval.high);
    write_real(file, region.low);
    write_real(file, region.high);
    fprintf(file, ",%s,", verdict_name(result->verdict));
    write_text(file, result->reason);
    fputc('\n', file);
}

void claim_table_write(const char *results, const ClaimFile *file, const ClaimResult judged[])
{
    char *path = format_text("%s/claims.csv", results);
    FILE *out = files_begin(path);
    fprintf(out, "%s\n", heading);
    for (int k = 0; k < file->count; k++) write_row(out, &file->claim[k], &judged[k]);
    files_commit(out, path);
    free(path);
}

/* Where the sentence is from; what is second-hand is never "the paper states". */
static const char *describe_source(const char *source)
{
    static const char *const words[][2] = {
        {"abstract", "the paper states (abstract)"},
        {"body", "the paper states"},
        {"code", "the paper's code"},
        {"secondary", "as others report it"},
        {"inferred", "inferred from the paper"},
        {"ours", "ours"},
    };
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (!strcmp(words[k][0], source)) return words[k][1];
    return source;
}

static char *describe_numbers(const Csv *csv, int64_t row)
{
    const char *const names[] = {"estimate", "low", "high", "region_low", "region_high"};
    double x[5];
    for (int k = 0; k < 5; k++) x[k] = csv_real(csv, row, csv_column(csv, names[k]));
    if (isnan(x[0])) return format_text("-  in (%.4g, %.4g)?", x[3], x[4]);
    return format_text("%.4g [%.4g, %.4g]  in (%.4g, %.4g)?", x[0], x[1], x[2], x[3], x[4]);
}

static int widest(const Csv *csv, const char *column)
{
    int width = 0, index = csv_column(csv, column);
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        int length = (int)strlen(csv_text(csv, row, index));
        width = length > width ? length : width;
    }
    return width;
}

void claims_print(FILE *out, const char *results)
{
    char *path = format_text("%s/claims.csv", results);
    Csv *csv = csv_read(path);
    int id = csv_column(csv, "claim"), verdict = csv_column(csv, "verdict");
    int id_width = widest(csv, "claim"), verdict_width = widest(csv, "verdict");
    int indent = id_width + verdict_width + 4;
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        char *numbers = describe_numbers(csv, row);
        const char *reason = csv_text(csv, row, csv_column(csv, "reason"));
        fprintf(out, "%-*s  %-*s  %s\n", id_width, csv_text(csv, row, id), verdict_width,
                csv_text(csv, row, verdict), csv_text(csv, row, csv_column(csv, "statement")));
        fprintf(out, "%*s%s%s%s\n", indent, "", numbers, *reason ? "; " : "", reason);
        fprintf(out, "%*s%s; %s\n", indent, "",
                describe_source(csv_text(csv, row, csv_column(csv, "source"))),
                csv_text(csv, row, csv_column(csv, "scale")));
        free(numbers);
    }
    csv_free(csv);
    free(path);
}
