/* What a trial is trained and judged on: texts, their versions, and a network for them.
 *
 * Version v of versions that are alike is part v of every text, mixed evenly; of versions that are
 * a shift of domain it is text v (beginning again behind the last). A part shares no byte with
 * another, nor with the held-out windows, which are the same for all versions, arms and seeds. */
#ifndef PATH_SWITCHING_WORLD_H
#define PATH_SWITCHING_WORLD_H

#include "update/account.h"
#include "update/versions.h"

typedef struct {
    const char *texts, *model;
    int versions;
    bool shifts;
    int64_t batch;
    uint64_t seed; /* of batches */
} WorldSetting;

typedef struct {
    Backend *backend;
    Model *model;
    int domains; /* one per text */
    int count;   /* of texts opened: of each text one for every part of it */
    Data **text; /* those of one text side by side */
    int mixtures;
    Data **mixture; /* versions that are made of several texts */
    Versions *versions;
    Problem **held_out; /* of each domain */
} World;

/* Is a text not on this machine? */
bool world_is_absent(const char *texts);

/* Ends the program where a text is damaged. world_close() frees. */
World world_open(const WorldSetting *setting);
void world_close(World *world);

/* Held-out loss of each domain, at the parameters of now: nats per byte, on so many batches. */
void world_losses(const World *world, int64_t batches, double loss[]);

/* What one update and one model with this optimizer take. */
UpdateSize world_size(const World *world, int64_t batch, const char *optimizer);

/* A corpus by its name, any other text as it is spelled; the caller frees. */
char *world_domain(const char *texts, int domain);

#endif
