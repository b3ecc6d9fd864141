#!/bin/sh
# One report for each node of a Slurm job:
#
#   sbatch --nodes 4 slurm.sh FOLDER [flags of `blackwell-probe run`]
#
# FOLDER must be one that all nodes see. The job's status is the largest of the nodes'.
#SBATCH --job-name=blackwell-probe
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --exclusive
#SBATCH --time=00:10:00
#SBATCH --output=blackwell-probe-%j.log
set -eu
folder=${1:?name the folder for the reports}
shift
mkdir -p "$folder"

# One task a node: it sees all GPUs of the job there. A node with a problem does not end the others.
srun --kill-on-bad-exit=0 --label blackwell-probe run -o "$folder/report-%h.json" "$@"
