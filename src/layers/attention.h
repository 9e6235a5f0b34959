/* Attention of each sequence to itself (Vaswani et al. 2017): for each head
 *   y = softmax(q kᵀ / sqrt(head_size)) v,
 * causal: position t sees positions 0 … t. Rotary positions (Su et al. 2021) turn
 * queries and keys first.
 *
 * x: rows x (heads + 2 key_heads) head_size, the packed (q | k | v) of a linear layer; y:
 * rows x heads head_size; rows = batch context. Keeps the log of each softmax' sum.
 * With rotary positions x is turned where it lies: whoever makes x must not need it
 * again. Its input has no other reader. */
#ifndef LAYERS_ATTENTION_H
#define LAYERS_ATTENTION_H

#include "layers/layer.h"

/* No parameters. */
Layer *attention_layer(const char *name, const AttentionShape *shape, bool rotary);

#endif
