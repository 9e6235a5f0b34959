/* Arms of a study: paradigms under short names, in groups that are trained one by one.
 *
 * Written NAME=PARADIGM, '/' between groups: "ptfs=ptfs / ours=path_switching:alpha=0.6 ema=trunk".
 * Arms of one group share what is the same on their paths; a group is a trial. */
#ifndef PATH_SWITCHING_ARMS_H
#define PATH_SWITCHING_ARMS_H

typedef struct {
    int count;
    char **name, **paradigm; /* owned */
} Arms;

/* Exit 2 on a wrong word, a group without arms, or a name that stands twice. */
void arms_check(const char *text);

int arms_groups(const char *text);

/* Group 0 … arms_groups() − 1. Exit 2 where a word is not NAME=PARADIGM. arms_free() frees. */
Arms arms_of(const char *text, int group);
void arms_free(Arms *arms);

#endif
