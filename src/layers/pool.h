/* Pooling: the largest or the mean of each size_y x size_x window, channel by channel.
 *
 * x: batch*height*width rows x channels, y: batch*(height/size_y)*(width/size_x) x
 * channels; windows do not overlap and fill the image. The mean over a window as large
 * as the image is global average pooling (one row an image); a sequence of tokens is
 * an image of width 1. Backward: the gradient goes to the first largest of a window,
 * or in equal shares to all. */
#ifndef LAYERS_POOL_H
#define LAYERS_POOL_H

#include "layers/layer.h"

Layer *pool_layer(const char *name, const PoolShape *shape, int64_t channels);

#endif
