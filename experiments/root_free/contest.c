#include "contest.h"

#include "base/die.h"

#include <stdlib.h>

/* What one trial holds. */
typedef struct {
    const Contest *contest;
    const StudyJob *job;
    Arena *arena;
    char *schedule;  /* spelled out */
    Row *row;        /* of the search */
    Score *score;    /* of each row; of a finalist the sum over its runs */
    int64_t *ranked; /* numbers of rows, the best first */
} Session;

static Row begin(const Contest *contest, const StudyJob *job, const char *role)
{
    Row row = row_begin(job->study->name);
    row.task = contest->task->name;
    row.schedule = contest->schedule;
    row.method = contest->method->name;
    row.role = role;
    row.seed = frame->seed + CONTEST_SEARCH_SEED;
    row.batch = contest->task->batch;
    return row;
}

static Score train(const Session *session, Row *row, bool is_tested)
{
    const Task *task = session->contest->task;
    ArenaRun run = {.optimizer = row->optimizer,
                    .rate = row->rate,
                    .schedule = session->schedule,
                    .steps = task_steps(task),
                    .seed = (uint64_t)row->seed,
                    .is_tested = is_tested};
    ArenaResult result = arena_run(session->arena, &run);
    arena_fill_row(row, &result);
    return arena_score(&result, task->judged_by_loss);
}

/* The best `count` so far once more. */
static void rank(Session *session, int64_t count)
{
    score_sort(count, session->ranked, session->score);
    for (int64_t k = 0; k < count; k++) session->row[session->ranked[k]].rank = k;
}

static void search(Session *session)
{
    const Contest *contest = session->contest;
    char *text = method_space(contest->method, contest->task->batch);
    Space *space = space_parse(text);
    for (int64_t k = 0; k < contest->runs; k++) {
        Configuration drawn = space_draw(space, (uint64_t)frame->seed, k);
        Row *row = &session->row[k];
        *row = begin(contest, session->job, "search");
        row->configuration = k;
        row->optimizer = drawn.optimizer;
        row->rate = drawn.rate;
        session->score[k] = train(session, row, false);
        session->ranked[k] = k;
    }
    rank(session, contest->runs);
    space_free(space);
    free(text);
}

/* More seeds of the best configurations: what they are ranked by becomes the sum over all runs. */
static void decide(Session *session)
{
    int64_t runs = session->contest->runs, finalists = session->contest->finalists;
    if (finalists < 2) return;
    for (int64_t k = 0; k < runs; k++) {
        if (session->row[k].rank >= finalists) continue;
        Row row = session->row[k];
        row.role = "final";
        for (row.repeat = 1; row.repeat <= session->contest->final_seeds; row.repeat++) {
            row.seed = session->row[k].seed + row.repeat;
            Score score = train(session, &row, false);
            session->score[k].judged += score.judged;
            session->score[k].loss += score.loss;
            row_write(&row, session->job);
        }
    }
    rank(session, finalists < runs ? finalists : runs);
}

/* The row of the best configuration, after all rows of the search are written. */
static Row choose(Session *session)
{
    search(session);
    decide(session);
    for (int64_t k = 0; k < session->contest->runs; k++) row_write(&session->row[k], session->job);
    return session->row[session->ranked[0]];
}

/* Fresh seeds of a configuration, as method `method`. */
static void report(const Session *session, Row row)
{
    for (row.repeat = 0; row.repeat < session->contest->seeds; row.repeat++) {
        row.seed = frame->seed + row.repeat;
        train(session, &row, true);
        row_write(&row, session->job);
    }
}

static void reuse(const Session *session, Row row)
{
    const MethodRow *method = session->contest->method, *heir = method_find(method->heir);
    char *text = method_space(heir, session->contest->task->batch);
    Space *space = space_parse(text);
    char *optimizer = space_inherit(space, row.optimizer);
    row.method = heir->name;
    row.setting = method->name;
    row.role = "reused";
    row.optimizer = optimizer;
    report(session, row);
    free(optimizer);
    space_free(space);
    free(text);
}

static void run(const Contest *contest, const StudyJob *job)
{
    if (task_is_absent(contest->task)) {
        Row row = begin(contest, job, "search");
        row_write_without(row, OUTCOME_ABSENT, job);
        return;
    }
    Session session = {
        .contest = contest,
        .job = job,
        .arena = task_open(contest->task, 0),
        .schedule = task_schedule(contest->task, contest->schedule, task_steps(contest->task)),
        .row = alloc_zeroed((size_t)contest->runs, sizeof *session.row),
        .score = alloc_zeroed((size_t)contest->runs, sizeof *session.score),
        .ranked = alloc_zeroed((size_t)contest->runs, sizeof *session.ranked)};
    Row best = choose(&session);
    best.role = "report";
    report(&session, best);
    if (contest->method->heir) reuse(&session, best);
    for (int64_t k = 0; k < contest->runs; k++) free((char *)session.row[k].optimizer);
    free(session.row);
    free(session.score);
    free(session.ranked);
    free(session.schedule);
    arena_free(session.arena);
}

static Contest contest_of(const Study *study, int64_t index)
{
    const Contests *contests = study->context;
    return contests->at(index);
}

void contests_run(const StudyJob *job)
{
    Contest contest = contest_of(job->study, job->index);
    run(&contest, job);
}

void contests_crashed(const StudyJob *job)
{
    Contest contest = contest_of(job->study, job->index);
    row_write_without(begin(&contest, job, "search"), OUTCOME_CRASHED, job);
}

double contests_cost(const Study *study, int64_t index)
{
    Contest contest = contest_of(study, index);
    int64_t reports = contest.seeds * (contest.method->heir ? 2 : 1);
    int64_t finals = contest.finalists > 1 ? contest.finalists * contest.final_seeds : 0;
    return contest.task->seconds * config.shorten * (double)(contest.runs + finals + reports);
}
