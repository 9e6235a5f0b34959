#include "io/json.h"

#include "base/die.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* cJSON's nodes under a name of our own: nobody else sees the library. */
static cJSON *node(const Json *json) { return (cJSON *)json; }

static Json *checked(cJSON *item)
{
    if (!item) die("out of memory: JSON");
    return (Json *)item;
}

static Json *add(Json *object, const char *key, cJSON *item)
{
    Json *added = checked(item);
    if (!cJSON_AddItemToObject(node(object), key, item)) die("out of memory: JSON");
    return added;
}

static Json *append(Json *array, cJSON *item)
{
    Json *added = checked(item);
    cJSON_AddItemToArray(node(array), item);
    return added;
}

Json *json_create(void) { return checked(cJSON_CreateObject()); }

void json_free(Json *json) { cJSON_Delete(node(json)); }

void json_text(Json *object, const char *key, const char *value)
{
    add(object, key, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void json_int(Json *object, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    add(object, key, cJSON_CreateRaw(text));
}

/* The fewest of 15 to 17 digits that read back to the same bits: cJSON's own stop a bit early. */
static void print_shortest(double value, size_t size, char *text)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return;
    }
}

void json_real(Json *object, const char *key, double value)
{
    char text[32];
    print_shortest(value, sizeof text, text);
    add(object, key, isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateNull());
}

void json_flag(Json *object, const char *key, bool value)
{
    add(object, key, cJSON_CreateBool(value));
}

Json *json_object(Json *object, const char *key) { return add(object, key, cJSON_CreateObject()); }

Json *json_array(Json *object, const char *key) { return add(object, key, cJSON_CreateArray()); }

Json *json_item(Json *array) { return append(array, cJSON_CreateObject()); }

void json_item_text(Json *array, const char *value) { append(array, cJSON_CreateString(value)); }

void json_print(FILE *file, const Json *json)
{
    char *text = cJSON_Print(node(json));
    if (!text) die("out of memory: JSON");
    fprintf(file, "%s\n", text);
    cJSON_free(text);
}
