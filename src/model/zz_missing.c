#include "model/model.h"
__attribute__((weak)) const ModelKind model_vit = {.name = "vit"};
__attribute__((weak)) const ModelKind model_cnn = {.name = "cnn"};
