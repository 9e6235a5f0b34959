/* JSON as it is printed. */
#include "io/json.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char text[1024];
} Printed;

/* The printed object without its blanks. */
static Printed printed(Json *json)
{
    Printed all = {0}, dense = {0};
    FILE *stream = fmemopen(all.text, sizeof all.text, "w");
    json_print(stream, json);
    fclose(stream);
    json_free(json);
    for (size_t in = 0, out = 0; all.text[in]; in++)
        if (!strchr(" \t\n", all.text[in])) dense.text[out++] = all.text[in];
    return dense;
}

static void expect_text(Json *json, const char *expected)
{
    Printed dense = printed(json);
    cr_expect(eq(str, dense.text, (char *)expected));
}

Test(json, keeps_the_order_of_its_keys)
{
    Json *json = json_create();
    json_int(json, "z", 9007199254740991);
    json_flag(json, "a", true);
    json_text(json, "m", "x");
    expect_text(json, "{\"z\":9007199254740991,\"a\":true,\"m\":\"x\"}");
}

Test(json, has_null_for_what_it_cannot_say)
{
    Json *json = json_create();
    json_real(json, "a", NAN);
    json_real(json, "b", -INFINITY);
    json_text(json, "c", NULL);
    expect_text(json, "{\"a\":null,\"b\":null,\"c\":null}");
}

Test(json, escapes_text)
{
    Json *json = json_create();
    json_text(json, "path", "a\"b\\c");
    expect_text(json, "{\"path\":\"a\\\"b\\\\c\"}");
}

Test(json, nests)
{
    Json *json = json_create();
    json_int(json_object(json, "o"), "k", -1);
    Json *array = json_array(json, "a");
    json_int(json_item(array), "n", 1);
    json_item_text(array, "two");
    expect_text(json, "{\"o\":{\"k\":-1},\"a\":[{\"n\":1},\"two\"]}");
}

Test(json, numbers_read_back_to_the_same_bits)
{
    const double numbers[] = {0.1, 1.0 / 3.0, 1e-300, -2.5e17, 0x1.fffffffffffffp-1, 5e-324};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        Json *json = json_create();
        json_real(json, "x", numbers[k]);
        Printed dense = printed(json);
        double number = strtod(strchr(dense.text, ':') + 1, NULL);
        cr_expect(eq(dbl, number, numbers[k]));
    }
}
