/* Convolution with stride s and padding p, as a sum over the window and the channels:
 *
 *   y(b, i, j, o) = bias(o) + Σ W(o, ky, kx, c) x(b, i s + ky − p, j s + kx − p, c)
 *
 * where x is 0 outside the image. x: batch*height*width rows (pixels) x inputs,
 * y: batch*height'*width' x outputs with height' = conv_side(shape, height), W:
 * outputs x (kernel*kernel*inputs), input channels fastest, bias: 1 x outputs.
 * kernel 1 is a product of rows; kernel = stride = p cuts an image into patches
 * (Dosovitskiy et al. 2021). Backward: dW and dbias add; dx = or +=. */
#ifndef LAYERS_CONV2D_H
#define LAYERS_CONV2D_H

#include "layers/layer.h"

/* Parameters: weight, starting from deviation sqrt(2 / (kernel² inputs)) (He et al. 2015), then
 * bias, starting at 0, if there is one. */
Layer *conv2d_layer(const char *name, const ConvShape *shape, bool bias);

#endif
