/* The configuration of path_switching: its defaults are the quick profile. */
#include "arms.h"
#include "studies.h"

#include "base/die.h"
#include "base/words.h"

Config config = {
    .studies = "schedules versions equal",
    .texts = "corpus:name=wordnet corpus:name=man corpus:name=python corpus:name=cpp",
    .model = "transformer:layers=2,width=64,heads=4,context=64",
    .optimizer = "adamw:beta2=0.95,decay=0.1,clip=1",
    .versions = 4,
    .steps = 600,
    .batch = 8,
    .warmup = 105,
    .peak = 3e-3,
    .floor = 0.1,
    .seeds = 5,
    .evaluation_batches = 16,
    .version_arms = "ptfs=ptfs / cpt=cpt / ours=path_switching wsd_s=wsd_s trunk=trunk "
                    "ema=trunk:average=ema lawa=trunk:average=lawa wsm=trunk:average=wsm",
    .equal_arms = "ours=path_switching / ptfs_short=ptfs / cpt_long=cpt / wsd_s_long=wsd_s",
    .stage_arms = "stage_1=two_stage:cycle=1 / stage_2=two_stage:cycle=2 / "
                  "stage_4=two_stage:cycle=4 / stage_inf=two_stage:cycle=0",
    .decay_arms = "floor_1=path_switching:floor=1 floor_0.5=path_switching:floor=0.5 "
                  "floor_0.1=path_switching:floor=0.1 floor_0=path_switching:floor=0",
    .shape_arms = "ptfs=ptfs / cpt=cpt / ours_cosine=path_switching "
                  "ours_knee=path_switching:shape=knee "
                  "ours_multistep=path_switching:shape=multistep "
                  "ours_linear=path_switching:shape=linear ours_sqrt=path_switching:shape=1-sqrt",
    .domain_arms = "ptfs=ptfs / cpt=cpt / cpt_replay=cpt:replay=0.25 / "
                   "ours=path_switching wsd_s=wsd_s / "
                   "ours_replay=path_switching:replay=0.25 wsd_s_replay=wsd_s:replay=0.25",
    .size_arms = "ptfs=ptfs / cpt=cpt / ours=path_switching",
    .horizon_arms = "ptfs=ptfs / cpt=cpt / ours=path_switching",
    .prediction_arms = "ptfs=ptfs trunk=trunk ours=path_switching",
    .schedule_arms = "ptfs=ptfs ptfs_wsd=ptfs_wsd cpt=cpt cpt_floor=cpt_floor ours=path_switching "
                     "wsd_s=wsd_s trunk=trunk infinite=infinite stage_inf=two_stage:cycle=0",
    .size_models = "transformer:layers=2,width=32,heads=2,context=64 "
                   "transformer:layers=2,width=64,heads=4,context=64 "
                   "transformer:layers=2,width=96,heads=6,context=64",
    .size_peaks = "4e-3 3e-3 2.5e-3",
    .horizons = "300 600 1200",
    .horizon_peaks = "2e-3 4e-3 8e-3",
    .more_seeds = 4,
    .record_every = 25,
    .shown_steps = 200,
};

const CliOption study_options[] = {
    {"studies", CLI_TEXT, &config.studies, 0, 0, "Studies to run", 0},
    {"texts", CLI_TEXT, &config.texts, 0, 0, "Texts that versions are made of: domains", 0},
    {"model", CLI_TEXT, &config.model, 0, 0, "Network", 0},
    {"optimizer", CLI_TEXT, &config.optimizer, 0, 0, "Optimizer", 0},
    {"versions", CLI_INT, &config.versions, 1, 100, "Model versions, N", 0},
    {"steps", CLI_INT, &config.steps, 1, 1e9, "Updates of one version's data, T", 0},
    {"batch", CLI_INT, &config.batch, 1, 1e6, "Sequences of an update", 0},
    {"warmup", CLI_INT, &config.warmup, 0, 1e9, "Updates of a warm-up, whatever T is", 0},
    {"peak", CLI_REAL, &config.peak, 1e-300, 1e300, "Largest rate", 0},
    {"floor", CLI_REAL, &config.floor, 0, 1, "Last rate, as a share of the largest", 0},
    {"seeds", CLI_INT, &config.seeds, 1, 1000, "Seeds of versions and equal", 0},
    {"evaluation-batches", CLI_INT, &config.evaluation_batches, 0, 1e6,
     "Held-out batches of each domain; 0: all", 0},
    {"version-arms", CLI_TEXT, &config.version_arms, 0, 0,
     "Arms of versions: NAME=PARADIGM, '/' between groups that share nothing", 0},
    {"equal-arms", CLI_TEXT, &config.equal_arms, 0, 0, "Arms at the cost of the first one", 0},
    {"stage-arms", CLI_TEXT, &config.stage_arms, 0, 0, "Arms of stages", 0},
    {"decay-arms", CLI_TEXT, &config.decay_arms, 0, 0, "Arms of decays", 0},
    {"shape-arms", CLI_TEXT, &config.shape_arms, 0, 0, "Arms of shapes", 0},
    {"domain-arms", CLI_TEXT, &config.domain_arms, 0, 0, "Arms of domains", 0},
    {"size-arms", CLI_TEXT, &config.size_arms, 0, 0, "Arms of sizes", 0},
    {"horizon-arms", CLI_TEXT, &config.horizon_arms, 0, 0, "Arms of horizons", 0},
    {"prediction-arms", CLI_TEXT, &config.prediction_arms, 0, 0,
     "Arms of prediction: ptfs and trunk among them, which the law is fitted to", 0},
    {"schedule-arms", CLI_TEXT, &config.schedule_arms, 0, 0, "Arms whose rates are drawn", 0},
    {"size-models", CLI_TEXT, &config.size_models, 0, 0, "Networks of sizes", 0},
    {"size-peaks", CLI_TEXT, &config.size_peaks, 0, 0, "A peak for each, or one for all", 0},
    {"horizons", CLI_TEXT, &config.horizons, 0, 0, "T of horizons and prediction", 0},
    {"horizon-peaks", CLI_TEXT, &config.horizon_peaks, 0, 0, "Peaks of horizons", 0},
    {"more-seeds", CLI_INT, &config.more_seeds, 1, 1000, "Seeds of the other studies", 0},
    {"record-every", CLI_INT, &config.record_every, 1, 1e9,
     "Updates from one loss of prediction's curves to the next; in proportion, too", 0},
    {"shown-steps", CLI_INT, &config.shown_steps, 2, 1e6, "T of the rates that are drawn", 0},
};

const int study_option_count = sizeof study_options / sizeof *study_options;

void config_check(void)
{
    const char *const arms[] = {config.version_arms, config.equal_arms,   config.stage_arms,
                                config.decay_arms,   config.shape_arms,   config.domain_arms,
                                config.size_arms,    config.horizon_arms, config.prediction_arms,
                                config.schedule_arms};
    for (size_t k = 0; k < sizeof arms / sizeof *arms; k++) arms_check(arms[k]);
    if (words_count(config.texts) == 0)
        die_usage("--texts: expected texts, as in 'corpus:name=man text:file=PATH'");
}
