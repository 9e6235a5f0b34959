#include "base/grid.h"

#include <math.h>

double grid_linear(double low, double high, int64_t index, int64_t count)
{
    if (count == 1 || index == 0) return low;
    if (index == count - 1) return high;
    return low + (high - low) * ((double)index / (double)(count - 1));
}

double grid_log(double low, double high, int64_t index, int64_t count)
{
    if (count == 1 || index == 0) return low;
    if (index == count - 1) return high;
    return low * pow(high / low, (double)index / (double)(count - 1));
}

double grid_mirrored(double smallest, double largest, int64_t index, int64_t count)
{
    int64_t half = count / 2;
    if (index < half) return -grid_log(smallest, largest, half - 1 - index, half);
    return grid_log(smallest, largest, index - half, half);
}

bool grid_thinned(int64_t index)
{
    int64_t every = 1;
    while (index >= 64 * every) every *= 2;
    return index % every == 0;
}
