#include "io/json.h"

#include "base/die.h"

#include <cjson/cJSON.h>
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
    add(object, key, cJSON_CreateNumber((double)value));
}

void json_real(Json *object, const char *key, double value)
{
    add(object, key, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
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
