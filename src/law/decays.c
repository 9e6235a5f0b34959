#include "law/decays.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Blocks of 2^LEAF decays or fewer are not worth two nodes. */
enum { LEAF = 1 };

/* A decay, or one of the two that stand for a block. */
typedef struct {
    double drop, before, log_rate;
} Node;

/* Block b of level l holds decays b 2^l … (b + 1) 2^l − 1; its children are 2b and 2b + 1. */
typedef struct {
    Node node[2];
    double last;       /* S1 before its last decay */
    double width;      /* of S1 */
    double rate_width; /* of ln η */
    double off_line;   /* standard deviation of ln η about its line in S1 */
    bool one_sign;
} Block;

struct DecayTree {
    int levels;
    Block **level; /* levels 0 and 1 stay empty: so few decays are terms of their own */
};

typedef struct {
    double weight, before, log_rate;           /* Σ drop, means */
    double before2, before3, log_rate2, cross; /* central moments over the weight */
    double low, high;
    bool one_sign;
} Moments;

static Moments mean_of(const LawDecay *decay, int64_t n)
{
    Moments m = {.low = INFINITY, .high = -INFINITY, .one_sign = true};
    for (int64_t i = 0; i < n; i++) {
        double log_rate = decay[i].log_rate;
        m.weight += decay[i].drop;
        m.before += decay[i].drop * (decay[i].before - decay[0].before);
        m.log_rate += decay[i].drop * log_rate;
        m.low = fmin(m.low, log_rate), m.high = fmax(m.high, log_rate);
        m.one_sign = m.one_sign && (decay[i].drop > 0.0) == (decay[0].drop > 0.0);
    }
    if (m.one_sign) m.before = m.before / m.weight + decay[0].before, m.log_rate /= m.weight;
    return m;
}

static Moments moments_of(const LawDecay *decay, int64_t n)
{
    Moments m = mean_of(decay, n);
    for (int64_t i = 0; i < n && m.one_sign; i++) {
        double share = decay[i].drop / m.weight, x = decay[i].before - m.before,
               y = decay[i].log_rate - m.log_rate;
        m.before2 += share * x * x;
        m.before3 += share * x * x * x;
        m.cross += share * x * y;
        m.log_rate2 += share * y * y;
    }
    return m;
}

/* Gauss's two nodes of a distribution with mean, variance and skewness γ: at
 * μ + σ (γ/2 ± √(1 + γ²/4)), which keep all moments to the third; ln η on its line. */
static void place_nodes(Block *block, const Moments *m)
{
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

static Block block_of(const LawDecay *decay, int64_t n)
{
    Moments m = moments_of(decay, n);
    Block block = {.last = decay[n - 1].before,
                   .width = decay[n - 1].before - decay[0].before,
                   .rate_width = m.high - m.low,
                   .one_sign = m.one_sign};
    if (m.one_sign) place_nodes(&block, &m);
    return block;
}

/* Only whole blocks are made. */
struct DecayTree *decays_tree(const LawPath *path)
{
    struct DecayTree *tree = alloc_zeroed(1, sizeof *tree);
    while (path->decays >> tree->levels) tree->levels++;
    tree->level = alloc_zeroed((size_t)tree->levels + 1, sizeof *tree->level);
    for (int l = LEAF + 1; l < tree->levels; l++) {
        int64_t size = (int64_t)1 << l, blocks = path->decays / size;
        tree->level[l] = alloc_zeroed((size_t)blocks, sizeof **tree->level);
#pragma omp parallel for schedule(static)
        for (int64_t b = 0; b < blocks; b++)
            tree->level[l][b] = block_of(path->decay + b * size, size);
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
        terms->log_since[sink->count] = log(fmax(sink->area - before, least));
        terms->log_before[sink->count] = log(fmax(before, least));
    }
    sink->count++;
}

static bool stands_for_its_decays(const Block *block, double area, double opening)
{
    return block->one_sign && block->width <= opening * (area - block->last) &&
           block->rate_width <= opening && block->off_line <= opening * opening / 8.0;
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

static void collect_all(Sink sink, const int64_t *step)
{
    const LawPath *path = sink.path;
    for (int64_t p = 0; p < sink.terms->points; p++) {
        assert(step[p] < path->steps && (p == 0 || step[p] >= step[p - 1]));
        while (sink.end < path->decays && path->decay[sink.end].step <= step[p]) sink.end++;
        sink.area = path->area[step[p]];
        sink.terms->first[p] = sink.count;
        collect(&sink, path->tree->levels, 0);
    }
    sink.terms->first[sink.terms->points] = sink.count;
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
