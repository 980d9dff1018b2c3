#!/bin/sh
# What Snakemake's cluster-generic asks of a batch system, by kubectl.
# usage: kubernetes.sh submit CORES MEMORY_MB MINUTES GPUS SCRIPT | status JOB | JOB...     (the last cancels)
set -eu
here=$(dirname "$0")
case $1 in
submit)
    sed -e "s|@CORES@|$2|; s|@MEMORY@|$3|; s|@SECONDS@|$(($4 * 60))|; s|@GPUS@|$5|; s|@SCRIPT@|$6|" "$here/job.yaml" |
        kubectl create --filename - --output name
    ;;
status)
    # Where the cluster cannot be asked at the moment, the job goes on; where it is gone, it failed.
    found=$(kubectl get "$2" --ignore-not-found --output 'jsonpath=state:{.status.succeeded}:{.status.failed}') || {
        echo running
        exit
    }
    case $found in
    state:1:*) echo success ;;
    state::) echo running ;;
    *) echo failed ;;
    esac
    ;;
*) kubectl delete --wait=false "$@" ;;
esac
