/* Numbers of a kind's keys within their range, ends included; exit 2 outside. */
#ifndef GRAPH_KEYS_H
#define GRAPH_KEYS_H

#include "base/spec.h"

int64_t key_int(const Spec *spec, const char *key, int64_t otherwise, int64_t low, int64_t high);
double key_real(const Spec *spec, const char *key, double otherwise, double low, double high);

#endif
