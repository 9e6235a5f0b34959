#include "comm/wire.h"

#include <stddef.h>

const Wire *wire_library(void) { return NULL; }
