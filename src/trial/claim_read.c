#include "trial/claim_file.h"

#include "base/die.h"
#include "base/number.h"
#include "io/files.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    bool number;
    size_t offset;
} Key;

#define TEXT(key, field)                                                                           \
    {                                                                                              \
        key, false, offsetof(Claim, field)                                                         \
    }
#define NUMBER(key)                                                                                \
    {                                                                                              \
#key, true, offsetof(Claim, key)                                                           \
    }
static const Key keys[] = {
    TEXT("statement", statement),
    TEXT("paper", paper),
    TEXT("source", source),
    TEXT("domain", domain),
    TEXT("scale", scale),
    TEXT("kind", kind_name),
    TEXT("profile", profile_name),
    TEXT("reason", reason),
    TEXT("note", note),
    TEXT("premise", premise),
    TEXT("file", file),
    TEXT("select", select),
    TEXT("against", against),
    TEXT("pair", pair),
    TEXT("x", x),
    TEXT("group", group),
    TEXT("value", value),
    TEXT("quantity", quantity),
    TEXT("interval", interval),
    TEXT("direction", direction),
    NUMBER(expect),
    NUMBER(tolerance),
    NUMBER(low),
    NUMBER(high),
    NUMBER(effect),
    NUMBER(margin),
    NUMBER(null),
};

static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1])) end--;
    *end = 0;
    return text;
}

static void set_number(double *number, const char *place, const char *name, const char *value)
{
    if (!number_real(value, number) || isnan(*number))
        die("%s: %s = '%s': expected a number", place, name, value);
}

static void set_key(Claim *claim, const char *place, const char *name, const char *value)
{
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        if (strcmp(keys[k].name, name)) continue;
        if (claim->given & (UINT32_C(1) << k))
            die("%s: a second %s of [%s]", place, name, claim->id);
        claim->given |= UINT32_C(1) << k;
        char *field = (char *)claim + keys[k].offset;
        if (keys[k].number)
            set_number((double *)(void *)field, place, name, value);
        else
            *(const char **)(void *)field = value;
        return;
    }
    die("%s: '%s' is no key of a claim; see results/SCHEMA.md", place, name);
}

static bool is_one_of(const char *word, const char *const words[])
{
    for (; *words; words++)
        if (!strcmp(word, *words)) return true;
    return false;
}

static void expect_word(const Claim *claim, const char *key, const char *word,
                        const char *const words[])
{
    if (word && is_one_of(word, words)) return;
    char *known = format_text("%s", words[0]);
    for (int k = 1; words[k]; k++) known = format_text("%s, %s", known, words[k]);
    if (!word) die("%s: [%s] has no %s; one of %s", claim->place, claim->id, key, known);
    die("%s: [%s] %s = '%s': expected one of %s", claim->place, claim->id, key, word, known);
}

#define WORDS (const char *const[])
static void check_words(const Claim *claim)
{
    expect_word(claim, "source", claim->source,
                WORDS{"abstract", "body", "code", "secondary", "inferred", "ours", NULL});
    expect_word(claim, "domain", claim->domain, WORDS{"law", "public", "own", "exact", NULL});
    expect_word(claim, "profile", claim->profile_name,
                WORDS{"smoke", "quick", "laptop", "full", NULL});
    expect_word(claim, "file", claim->file, WORDS{"trials", "curves", "summary", NULL});
    expect_word(claim, "quantity", claim->quantity,
                WORDS{"value", "difference", "ratio", "slope", "local_slope", "positive", NULL});
    expect_word(claim, "interval", claim->interval, WORDS{"range", "t", "share", NULL});
    if (claim->kind == CLAIM_ORDER || claim->kind == CLAIM_TREND)
        expect_word(claim, "direction", claim->direction, WORDS{"less", "greater", NULL});
}

static void need(const Claim *claim, const char *key, const char *text)
{
    if (!text || !*text) die("%s: [%s] has no %s", claim->place, claim->id, key);
}

static void check_data(const Claim *claim)
{
    const char *const texts[][2] = {{"statement", claim->statement},
                                    {"scale", claim->scale},
                                    {"reason", claim->reason},
                                    {"select", claim->select},
                                    {"value", claim->value}};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) need(claim, texts[k][0], texts[k][1]);
    bool compares = is_one_of(claim->quantity, WORDS{"difference", "ratio", NULL});
    bool fits = is_one_of(claim->quantity, WORDS{"slope", "local_slope", NULL});
    if (compares) need(claim, "against", claim->against);
    if (fits) need(claim, "x", claim->x);
}

static void check_region(const Claim *claim)
{
    ClaimRegion region = claim_region(claim);
    if (isnan(region.low) || isnan(region.high))
        die("%s: [%s] kind %s needs %s", claim->place, claim->id, claim->kind_name,
            claim_kind_needs(claim->kind));
    bool empty = claim->kind == CLAIM_EXACT ? region.low > region.high : region.low >= region.high;
    if (empty || claim->effect < 0.0)
        die("%s: [%s] nothing can lie between %g and %g", claim->place, claim->id, region.low,
            region.high);
}

/* Once all keys of a claim are read. */
static void complete(Claim *claim)
{
    if (!claim->paper) claim->paper = "";
    need(claim, "kind", claim->kind_name);
    int kind = claim_kind_find(claim->kind_name);
    if (kind < 0)
        die("%s: [%s] kind = '%s': expected one of %s", claim->place, claim->id, claim->kind_name,
            claim_kind_names);
    claim->kind = (ClaimKind)kind;
    check_words(claim);
    check_data(claim);
    check_region(claim);
    claim->profile = claim_profile_rank(claim->profile_name);
}

static Claim *add_claim(ClaimFile *file, char *line, const char *place)
{
    size_t length = strlen(line);
    if (length < 3 || line[length - 1] != ']') die("%s: expected [ID]", place);
    line[length - 1] = 0;
    for (int k = 0; k < file->count; k++)
        if (!strcmp(file->claim[k].id, line + 1)) die("%s: a second [%s]", place, line + 1);
    file->claim = alloc_resized(file->claim, (size_t)file->count + 1, sizeof *file->claim);
    Claim *claim = &file->claim[file->count++];
    *claim = (Claim){.id = line + 1,
                     .place = place,
                     .profile_name = "quick",
                     .file = "trials",
                     .quantity = "value",
                     .interval = "range",
                     .expect = NAN,
                     .tolerance = NAN,
                     .low = NAN,
                     .high = NAN,
                     .effect = NAN,
                     .margin = NAN,
                     .null = NAN};
    return claim;
}

ClaimFile claim_file_read(const char *path)
{
    ClaimFile file = {.text = files_read(path, NULL)};
    char *rest = file.text, *raw;
    for (int number = 1; (raw = strsep(&rest, "\n")); number++) {
        char *line = trim(raw);
        if (!*line || *line == '#') continue;
        char *place = format_text("%s:%d", path, number);
        if (*line == '[') {
            add_claim(&file, line, place);
            continue;
        }
        char *equals = strchr(line, '=');
        if (!equals || !file.count) die("%s: expected [ID] or 'key = value'", place);
        *equals = 0;
        set_key(&file.claim[file.count - 1], place, trim(line), trim(equals + 1));
        free(place);
    }
    for (int k = 0; k < file.count; k++) complete(&file.claim[k]);
    return file;
}

void claim_file_free(ClaimFile *file)
{
    for (int k = 0; k < file->count; k++) free((void *)(uintptr_t)file->claim[k].place);
    free(file->claim);
    free(file->text);
}

int claim_profile_rank(const char *name)
{
    static const char *const names[] = {"smoke", "quick", "laptop", "full"};
    for (int rank = 0; rank < 4; rank++)
        if (!strcmp(names[rank], name)) return rank;
    return -1;
}
