/* JSON out: what the apply face of a program prints with --json.
 *
 * Keys appear in the order in which they are added. Numbers read back to the same
 * bits; NaN and infinities, which JSON does not know, become null. */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Json Json; /* an object or an array */

Json *json_create(void); /* an empty object */
void json_free(Json *json);

void json_text(Json *object, const char *key, const char *value); /* NULL: null */
void json_int(Json *object, const char *key, int64_t value);
void json_real(Json *object, const char *key, double value);
void json_flag(Json *object, const char *key, bool value);

/* Parts belong to what they were added to: only the whole is freed. */
Json *json_object(Json *object, const char *key);
Json *json_array(Json *object, const char *key);
Json *json_item(Json *array); /* a new object at its end */
void json_item_text(Json *array, const char *value);

/* The whole, indented, and a line end. */
void json_print(FILE *file, const Json *json);

#endif
