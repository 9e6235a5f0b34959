#include "law/decays.h"

#include "base/die.h"
#include "law/elementary.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Blocks of 2^LEAF decays are not worth two nodes. */
enum { LEAF = 1 };

/* A decay, or one of the two that stand for a block. */
typedef struct {
    double drop, before, log_rate;
} Node;

/* Of the decays of a block, weighted by their drops: total, means, central moments, ranges. */
typedef struct {
    double weight, before, log_rate;
    double before2, before3, log_rate2, cross;
    double first, last; /* S1 before its first and its last decay */
    double low, high;   /* of ln η */
    bool one_sign;      /* else the moments mean nothing */
} Moments;

/* Block b of level l holds decays b 2^l … (b + 1) 2^l − 1; its children are 2b and 2b + 1. */
typedef struct {
    Moments moments;
    Node node[2];
    double off_line; /* standard deviation of ln η about its line in S1 */
} Block;

struct DecayTree {
    int levels;
    Block **level; /* levels below LEAF stay empty: so few decays are terms of their own */
};

static Moments moments_of_one(const LawDecay *decay)
{
    return (Moments){.weight = decay->drop,
                     .before = decay->before,
                     .log_rate = decay->log_rate,
                     .first = decay->before,
                     .last = decay->before,
                     .low = decay->log_rate,
                     .high = decay->log_rate,
                     .one_sign = true};
}

/* Adds one part's moments about the mean of the whole: E(x − μ)³ = m₃ + 3 d m₂ + d³. */
static void add_part(Moments *whole, const Moments *part)
{
    double share = part->weight / whole->weight;
    double dx = part->before - whole->before, dy = part->log_rate - whole->log_rate;
    whole->before2 += share * (part->before2 + dx * dx);
    whole->before3 += share * (part->before3 + 3.0 * dx * part->before2 + dx * dx * dx);
    whole->cross += share * (part->cross + dx * dy);
    whole->log_rate2 += share * (part->log_rate2 + dy * dy);
}

static Moments moments_of_both(const Moments *a, const Moments *b)
{
    Moments m = {.weight = a->weight + b->weight,
                 .first = a->first,
                 .last = b->last,
                 .low = fmin(a->low, b->low),
                 .high = fmax(a->high, b->high),
                 .one_sign = a->one_sign && b->one_sign && (a->weight > 0.0) == (b->weight > 0.0)};
    if (!m.one_sign) return m;
    double share = b->weight / m.weight;
    m.before = a->before + share * (b->before - a->before);
    m.log_rate = a->log_rate + share * (b->log_rate - a->log_rate);
    add_part(&m, a);
    add_part(&m, b);
    return m;
}

/* Gauss's two nodes of a distribution with mean, variance and skewness γ: at
 * μ + σ (γ/2 ± √(1 + γ²/4)), which keep all moments to the third; ln η on its line. */
static void place_nodes(Block *block)
{
    const Moments *m = &block->moments;
    double sigma = sqrt(m->before2);
    if (!(sigma > 0.0)) {
        block->node[0] = (Node){m->weight, m->before, m->log_rate};
        block->off_line = sqrt(m->log_rate2);
        return;
    }
    double skew = m->before3 / (sigma * m->before2), root = sqrt(1.0 + 0.25 * skew * skew);
    double slope = m->cross / m->before2;
    double at[2] = {0.5 * skew - root, 0.5 * skew + root};
    for (int i = 0; i < 2; i++)
        block->node[i] = (Node){m->weight * fabs(at[1 - i]) / (2.0 * root),
                                m->before + sigma * at[i], m->log_rate + slope * sigma * at[i]};
    block->off_line = sqrt(fmax(0.0, m->log_rate2 - slope * m->cross));
}

/* Only whole blocks are made, each from its halves. */
struct DecayTree *decays_tree(const LawPath *path)
{
    struct DecayTree *tree = alloc_zeroed(1, sizeof *tree);
    while (path->decays >> tree->levels) tree->levels++;
    tree->level = alloc_zeroed((size_t)tree->levels + 1, sizeof *tree->level);
    for (int l = LEAF; l < tree->levels; l++) {
        tree->level[l] = alloc_zeroed((size_t)(path->decays >> l), sizeof **tree->level);
        for (int64_t b = 0; b < path->decays >> l; b++) {
            Block *block = &tree->level[l][b];
            Moments one[2];
            for (int half = 0; half < 2; half++)
                one[half] = l == LEAF ? moments_of_one(&path->decay[2 * b + half])
                                      : tree->level[l - 1][2 * b + half].moments;
            block->moments = moments_of_both(&one[0], &one[1]);
            if (block->moments.one_sign) place_nodes(block);
        }
    }
    return tree;
}

void decays_tree_free(struct DecayTree *tree)
{
    if (!tree) return;
    for (int l = 0; l < tree->levels; l++) free(tree->level[l]);
    free(tree->level);
    free(tree);
}

/* Terms being collected for one step after the other; counted first, then written. */
typedef struct {
    const LawPath *path;
    double opening;
    DecayTerms *terms;
    bool writing;
    int64_t count;
    int64_t end; /* decays up to the step */
    double area; /* S1 at the step */
} Sink;

static void put(Sink *sink, double drop, double before, double log_rate)
{
    if (sink->writing) {
        DecayTerms *terms = sink->terms;
        double least = PATH_FLOOR * sink->path->peak;
        terms->drop[sink->count] = drop;
        terms->log_rate[sink->count] = log_rate;
        terms->log_since[sink->count] = fmax(sink->area - before, least);
        terms->log_before[sink->count] = fmax(before, least);
    }
    sink->count++;
}

static bool stands_for_its_decays(const Block *block, double area, double opening)
{
    const Moments *m = &block->moments;
    return m->one_sign && m->last - m->first <= opening * fmin(area - m->last, m->first) &&
           m->high - m->low <= opening && block->off_line <= opening * opening / 8.0;
}

static void put_block(Sink *sink, const Block *block)
{
    for (int i = 0; i < 2; i++)
        if (block->node[i].drop != 0.0)
            put(sink, block->node[i].drop, block->node[i].before, block->node[i].log_rate);
}

/* What is before the end in block b of that level. */
static void collect(Sink *sink, int level, int64_t b)
{
    const struct DecayTree *tree = sink->path->tree;
    int64_t from = b << level, to = (b + 1) << level;
    if (from >= sink->end) return;
    if (level <= LEAF) {
        for (int64_t i = from; i < to && i < sink->end; i++) {
            const LawDecay *decay = &sink->path->decay[i];
            put(sink, decay->drop, decay->before, decay->log_rate);
        }
        return;
    }
    const Block *block = level < tree->levels && to <= sink->end ? &tree->level[level][b] : NULL;
    if (block && stands_for_its_decays(block, sink->area, sink->opening)) {
        put_block(sink, block);
    } else {
        collect(sink, level - 1, 2 * b);
        collect(sink, level - 1, 2 * b + 1);
    }
}

/* How many decays come at that step or before: by halving, as blocks of points begin anywhere. */
static int64_t decays_until(const LawPath *path, int64_t step)
{
    int64_t low = 0, high = path->decays;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (path->decay[middle].step <= step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void collect_all(Sink sink, const int64_t *step)
{
    const LawPath *path = sink.path;
    for (int64_t p = 0; p < sink.terms->points; p++) {
        assert(step[p] < path->steps && (p == 0 || step[p] >= step[p - 1]));
        sink.end = decays_until(path, step[p]);
        sink.area = path->area[step[p]];
        sink.terms->first[p] = sink.count;
        collect(&sink, path->tree->levels, 0);
    }
    sink.terms->first[sink.terms->points] = sink.count;
}

static void take_logarithms(int64_t n, double *x)
{
#pragma omp simd
    for (int64_t i = 0; i < n; i++) x[i] = elementary_ln(x[i]);
}

DecayTerms *decays_create(const LawPath *path, int64_t points, const int64_t *step, double opening)
{
    DecayTerms *terms = alloc_zeroed(1, sizeof *terms);
    terms->points = points;
    terms->first = alloc_zeroed((size_t)points + 1, sizeof *terms->first);
    Sink sink = {.path = path, .opening = opening, .terms = terms};
    collect_all(sink, step);
    size_t count = (size_t)terms->first[points] + 1;
    terms->drop = alloc_zeroed(count, sizeof *terms->drop);
    terms->log_rate = alloc_zeroed(count, sizeof *terms->log_rate);
    terms->log_since = alloc_zeroed(count, sizeof *terms->log_since);
    terms->log_before = alloc_zeroed(count, sizeof *terms->log_before);
    sink.writing = true;
    collect_all(sink, step);
    take_logarithms((int64_t)count - 1, terms->log_since);
    take_logarithms((int64_t)count - 1, terms->log_before);
    return terms;
}

void decays_free(DecayTerms *terms)
{
    if (!terms) return;
    free(terms->first);
    free(terms->drop);
    free(terms->log_rate);
    free(terms->log_since);
    free(terms->log_before);
    free(terms);
}
