#include "trial/points.h"

#include "base/die.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int by_x(const void *left, const void *right)
{
    const Point *a = left, *b = right;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

void points_sort(int64_t count, Point points[])
{
    qsort(points, (size_t)count, sizeof *points, by_x);
}

int64_t points_merge(int64_t count, Point points[])
{
    int64_t merged = 0;
    for (int64_t k = 0, next; k < count; k = next) {
        double sum = 0.0;
        for (next = k; next < count && points[next].x == points[k].x; next++) sum += points[next].y;
        points[merged++] = (Point){points[k].x, sum / (double)(next - k)};
    }
    return merged;
}

Line points_line(int64_t count, const Point points[], double level)
{
    double *x = alloc_zeroed((size_t)count, sizeof *x), *y = alloc_zeroed((size_t)count, sizeof *y);
    bool finite = count >= 2 && points[0].x < points[count - 1].x;
    for (int64_t k = 0; k < count; k++) {
        x[k] = points[k].x;
        y[k] = points[k].y;
        finite = finite && isfinite(x[k]) && isfinite(y[k]);
    }
    Line line = {NAN, {NAN, NAN, NAN}};
    if (finite) line = stats_line(count, x, y, level);
    free(x);
    free(y);
    return line;
}
