#!/bin/sh
#SBATCH --job-name=distributed_stepsize
#SBATCH --ntasks=4
#SBATCH --cpus-per-task=1
#SBATCH --time=02:00:00
#SBATCH --output=distributed_stepsize-%j.txt
# Runs the experiment on the nodes of a Slurm cluster: the nodes of each network are spread over the
# ranks, and the results are the same bytes for any number of them. From the root of the tree, built
# there with the cluster's MPI (make), in a folder that all machines see:
#
#   sbatch --ntasks=16 experiments/distributed_stepsize/slurm.sh --profile laptop
#
# Networks of some dozens of nodes are faster with a trial on each rank: --ranks-share trials.
# What follows the script's name goes to the program. B names another build folder. A job that was
# cut short is submitted again: finished trials are kept.
set -eu
B=${B:-build/cpu}
program=$B/distributed_stepsize
cd "${SLURM_SUBMIT_DIR:-.}"
if [ ! -x "$program" ]; then
    echo "there is no $program here: run make first, and sbatch from the root of the tree" >&2
    exit 2
fi
# Waiting threads that spin would take the cores from other ranks.
export OMP_WAIT_POLICY=passive

# By srun where it speaks PMIx, as the MPI libraries do; else by the library's own mpirun.
case $(srun --mpi=list 2>&1) in
*pmix*) exec srun --mpi=pmix "$program" "$@" ;;
*) exec mpirun -n "${SLURM_NTASKS:-1}" "$program" "$@" ;;
esac
