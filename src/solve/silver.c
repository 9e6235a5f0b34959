#include "solve/silver.h"

static const double silver_ratio = 2.414213562373095; /* 1 + √2 */

/* The recursion of lengths: level + 1 puts ψ(y) between two copies of this level without
 * their last step, and ends with ψ(z). So step t of a block is ψ(y) of the level that the
 * twos in t name, or ψ(z) at the block's end; nothing has to be stored. */
typedef struct {
    double y, z;
} Level;

static Level level_next(Level level)
{
    double e = 1.0 - level.z, r = sqrt(1.0 + e * e);
    return (Level){.y = level.z / (e + r), .z = level.z * (e + r)};
}

static Level level_at(double condition, int level)
{
    Level at = {1.0 / condition, 1.0 / condition};
    for (int i = 0; i < level; i++) at = level_next(at);
    return at;
}

static double psi(double condition, double t) { return (1.0 + condition * t) / (1.0 + t); }

int silver_levels(double condition)
{
    double levels = floor(log(condition / 3.0) / log(silver_ratio));
    return levels > 0.0 ? (int)levels : 0;
}

double silver_block_factor(double condition)
{
    double z = level_at(condition, silver_levels(condition)).z;
    double root = (1.0 - z) / (1.0 + z);
    return root * root;
}

double silver_length(double condition, int64_t k)
{
    int levels = silver_levels(condition);
    int twos = __builtin_ctzll((uint64_t)k);
    if (twos >= levels) return psi(condition, level_at(condition, levels).z);
    return psi(condition, level_at(condition, twos + 1).y);
}

double silver_convex_length(int64_t k)
{
    double power = 1.0 / silver_ratio;
    for (int twos = __builtin_ctzll((uint64_t)k); twos > 0; twos--) power *= silver_ratio;
    return 1.0 + power;
}

void silver_step(Solver *solver)
{
    const Objective *objective = solver->objective;
    double condition = objective->smooth / objective->strong;
    solver_descend(solver, silver_length(condition, solver->step + 1) / objective->smooth);
}

void silver_convex_step(Solver *solver)
{
    solver_descend(solver, silver_convex_length(solver->step + 1) / solver->objective->smooth);
}
