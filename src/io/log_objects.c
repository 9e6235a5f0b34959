/* Entries that are JSON objects. */
#include "io/log_scan.h"

#include "base/die.h"

#include <string.h>

/* Keys come in the same order again and again: the role of the key that stood in a place is
 * kept, and looked up anew only when another key stands there. */
enum { KEPT = 64 };

typedef struct {
    LogReader *reader;
    struct {
        LogText key;
        int place; /* −1: of no role */
        LogRole role;
    } kept[KEPT];
    int field; /* of the present object */
    int best[LOG_ROLES];
} Keys;

static int look_up(Keys *keys, LogText key, LogRole *role)
{
    int slot = keys->field++ % KEPT, place;
    LogText old = keys->kept[slot].key;
    size_t length = (size_t)(key.end - key.begin);
    if (!old.begin || (size_t)(old.end - old.begin) != length ||
        memcmp(old.begin, key.begin, length) != 0) {
        keys->kept[slot].key = key;
        if (!log_find_role(keys->reader, key, &keys->kept[slot].role, &place)) place = -1;
        keys->kept[slot].place = place;
    }
    *role = keys->kept[slot].role;
    return keys->kept[slot].place;
}

static void note_key(void *context, LogText key, LogText value)
{
    (void)value;
    Keys *keys = context;
    LogRole role;
    int place = look_up(keys, key, &role);
    if (place >= 0 && place < keys->best[role]) keys->best[role] = place;
}

static void end_noting(void *context, bool whole)
{
    (void)whole;
    ((Keys *)context)->field = 0;
}

static void take_value(void *context, LogText key, LogText value)
{
    Keys *keys = context;
    LogRole role;
    int place = look_up(keys, key, &role);
    if (place >= 0 && place == keys->best[role])
        log_rows_set(keys->reader->rows, role, value.begin, value.end - value.begin, false);
}

static void end_entry(void *context, bool whole)
{
    Keys *keys = context;
    keys->field = 0;
    if (whole)
        log_rows_next(keys->reader->rows);
    else
        log_rows_spoil(keys->reader->rows);
}

/* Twice over the file: which keys there are, then their values. One key per role for the whole
 * file, since two counters of steps must not be mixed. */
static Keys find_keys(LogReader *reader)
{
    Keys keys = {.reader = reader, .best = {LOG_NAMES, LOG_NAMES, LOG_NAMES, LOG_NAMES}};
    scan_objects(reader->text, &(ScanVisitor){note_key, end_noting, &keys});
    return keys;
}

void log_objects_read(LogReader *reader)
{
    Keys keys = find_keys(reader);
    bool found[LOG_ROLES];
    for (int r = 0; r < LOG_ROLES; r++) found[r] = keys.best[r] < LOG_NAMES;
    reader->problem = log_missing(reader, found);
    if (!reader->problem) scan_objects(reader->text, &(ScanVisitor){take_value, end_entry, &keys});
}

/* ---- what the first object is like */

typedef struct {
    LogText key[32];
    int count;
} FirstKeys;

static void keep_key(void *context, LogText key, LogText value)
{
    (void)value;
    FirstKeys *first = context;
    for (int k = 0; k < first->count; k++)
        if (key.end - key.begin == first->key[k].end - first->key[k].begin &&
            memcmp(key.begin, first->key[k].begin, (size_t)(key.end - key.begin)) == 0)
            return;
    if (first->count < 32) first->key[first->count++] = key;
}

static void end_nothing(void *context, bool whole) { (void)context, (void)whole; }

/* The different keys of the whole file, up to 32. */
static FirstKeys keys_of(LogText text)
{
    FirstKeys first = {.count = 0};
    scan_objects(text, &(ScanVisitor){keep_key, end_nothing, &first});
    return first;
}

char *log_objects_keys(const LogReader *reader)
{
    if (!scan_begins_with(reader->text, "{[")) return NULL;
    FirstKeys first = keys_of(reader->text);
    return first.count ? log_list(first.count, first.key) : NULL;
}

bool log_state_claims(const LogReader *reader)
{
    return scan_begins_with(reader->text, "{") && scan_has_history(reader->text);
}

static bool is_objects(const LogReader *reader)
{
    return scan_begins_with(reader->text, "{[") && !log_state_claims(reader);
}

/* The first entries are enough to tell whose they are. */
static LogText beginning(LogText text)
{
    enum { LOOKED_AT = 1 << 20 };
    return text.end - text.begin < LOOKED_AT ? text : (LogText){text.begin, text.begin + LOOKED_AT};
}

bool log_wandb_claims(const LogReader *reader)
{
    if (!is_objects(reader)) return false;
    FirstKeys first = keys_of(beginning(reader->text));
    for (int k = 0; k < first.count; k++)
        if (log_is(first.key[k], "_step")) return true;
    return false;
}

bool log_objects_claims(const LogReader *reader)
{
    return is_objects(reader) && keys_of(beginning(reader->text)).count > 0;
}
