/* Ranks: the processes that one program runs as, one unless a launcher started more.
 *
 * Built with MPI, the program joins its launcher's ranks in comm_open(); without one, or in a
 * build without MPI, there is one rank and nothing of MPI is touched.
 *
 * Nothing here adds numbers in an order that depends on the ranks: gather, then add in node order.
 */
#ifndef COMM_COMM_H
#define COMM_COMM_H

#include <stdbool.h>
#include <stdint.h>

/* Call once, before any fork; it may change argc and argv. Ranks but the first wait in it until
 * rank 0 has let them in with comm_go(): what rank 0 does before that (help, a wrong option, a verb
 * for one process) it does alone, and where it ends before, they end with it. */
void comm_open(int *argc, char ***argv);
void comm_go(void);

/* All ranks part; exit(0) does it too. A rank that ends otherwise takes the others with it. */
void comm_close(void);

/* For a forked worker: it is one process of its own, whatever its parent is. */
void comm_leave(void);

/* Exit 2 where a launcher started ranks that this program does not see: it was built without MPI,
 * or with another one. */
void comm_refuse_strangers(void);

int comm_rank(void);
int comm_ranks(void);
int comm_ranks_here(void);   /* of these, on this machine */
bool comm_is_first(void);    /* rank 0: the one that writes files and speaks */
void comm_wait(void);        /* until every rank has come here */
const char *comm_name(void); /* "in-process", or the library's own name and version */

/* What every rank must agree on, told by rank 0. */
void comm_tell(int64_t bytes, void *data);

/* Rows `first` … `first + count − 1` of `rows` belong to this rank: blocks of the same size, the
 * first ones a row longer. */
void comm_share(int64_t rows, int64_t *first, int64_t *count);

/* all (rows x width) = the own rows of every rank, in order of rows; on every rank. Not a message
 * of the algorithm: for observers, and for the oracle that algorithms are tested against. */
void comm_gather(int64_t rows, int64_t width, const double *own, double *all);

#endif
