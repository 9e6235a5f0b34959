#include "trial/score.h"

bool score_is_lower(Score a, Score b)
{
    return a.judged < b.judged || (a.judged == b.judged && a.loss < b.loss);
}

static bool comes_before(int64_t a, int64_t b, const Score score[])
{
    if (score_is_lower(score[a], score[b])) return true;
    return !score_is_lower(score[b], score[a]) && a < b;
}

/* By insertion: a run takes longer than many thousand comparisons. */
void score_sort(int64_t count, int64_t number[], const Score score[])
{
    for (int64_t k = 1; k < count; k++) {
        int64_t moved = number[k], place = k;
        for (; place > 0 && comes_before(moved, number[place - 1], score); place--)
            number[place] = number[place - 1];
        number[place] = moved;
    }
}
