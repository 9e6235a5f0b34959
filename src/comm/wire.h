/* What several ranks are made of: the operations of a message-passing library, in a table.
 *
 * One file of this room has them (mpi.c); a build without a library has alone.c in its place.
 * Never asked for where there is one rank. Private to the room. */
#ifndef COMM_WIRE_H
#define COMM_WIRE_H

#include <stdbool.h>
#include <stdint.h>

/* The ranks that a rank hears and those that hear it. */
typedef struct Wires Wires;

typedef struct {
    const char *(*library)(void); /* "Open MPI v4.1.4"; may be called before open() */
    /* here: how many of the ranks share this machine. */
    void (*open)(int *argc, char ***argv, int *rank, int *ranks, int *here);
    void (*close)(void);
    void (*end)(int code); /* all ranks, at once */
    void (*wait)(void);
    void (*tell)(int64_t bytes, void *data);
    /* counts, starts: in doubles, by rank. */
    void (*gather)(const int *counts, const int *starts, const double *own, double *all);

    /* Peers in ascending order; every rank has at least one on either side. */
    Wires *(*connect)(bool collective, int sources, const int *source, int targets,
                      const int *target);
    void (*disconnect)(Wires *wires);
    /* counts, starts: in words of 8 bytes, by peer. */
    void (*exchange)(Wires *wires, const void *sent, const int *sent_count, const int *sent_start,
                     void *heard, const int *heard_count, const int *heard_start);
} Wire;

/* NULL in a build without a library. */
const Wire *wire_library(void);

/* The one in use: NULL where there is one rank. */
const Wire *comm_wire(void);

/* The rank that owns a row: the inverse of comm_share. */
int comm_owner(int64_t rows, int64_t row);

#endif
