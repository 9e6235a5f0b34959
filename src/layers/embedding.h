/* Embedding: row r of y is row tokens[r] of the table. Tokens come with the pass.
 *
 * y: rows x width, table: vocabulary x width. Backward: dtable[tokens[r]] += dy[r]. */
#ifndef LAYERS_EMBEDDING_H
#define LAYERS_EMBEDDING_H

#include "layers/layer.h"

typedef struct {
    int64_t rows, vocabulary, width;
    double deviation; /* of the normal numbers the table starts from */
} EmbeddingShape;

/* Parameters: weight. */
Layer *embedding_layer(const char *name, const EmbeddingShape *shape);

#endif
