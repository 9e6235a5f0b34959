#ifndef PATH_SWITCHING_FORECAST_H
#define PATH_SWITCHING_FORECAST_H
typedef struct Forecast Forecast;
#endif
