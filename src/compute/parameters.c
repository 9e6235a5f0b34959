#include "compute/parameters.h"

#include <string.h>

int64_t parameters_count(const ParameterTable *table)
{
    int64_t count = 0;
    for (int k = 0; k < table->count; k++)
        if (table->item[k].group != GROUP_STATE) count += matrix_count(table->item[k].value);
    return count;
}

const Parameter *parameters_find(const ParameterTable *table, const char *name)
{
    for (int k = 0; k < table->count; k++)
        if (strcmp(table->item[k].name, name) == 0) return &table->item[k];
    return NULL;
}
