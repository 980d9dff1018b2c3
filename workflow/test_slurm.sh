#!/bin/sh
# What `make test-slurm` needs besides: Debian's SLURM, and Snakemake's plugin for it.
set -eu
if ! command -v slurmctld >/dev/null || ! command -v slurmd >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || {
        echo "Install slurmctld, slurmd and slurm-client (Debian's names), and run this as root." >&2
        exit 1
    }
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends slurmctld slurmd slurm-client >/dev/null
fi
python -m pip install --quiet --disable-pip-version-check --editable '.[slurm]'
