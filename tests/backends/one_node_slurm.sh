#!/usr/bin/env bash
# Start or stop a Slurm of one node with two pretended GPUs in a folder of its own. Needs root, and
# Debian's packages slurmctld, slurmd, slurm-client and munge.
# Usage: one_node_slurm.sh start|stop FOLDER; then: export SLURM_CONF=FOLDER/slurm.conf
set -euo pipefail
action=$1
folder=$(realpath -m "$2")
host=$(hostname -s)
export SLURM_CONF="$folder/slurm.conf"

if [ "$action" = stop ]; then
    exec scontrol shutdown
fi

mkdir -p "$folder"/{state,spool,log} /run/munge /var/log/munge /var/lib/munge
if [ ! -s /etc/munge/munge.key ]; then
    head -c 1024 /dev/urandom > /etc/munge/munge.key
    chmod 400 /etc/munge/munge.key
fi
chown -R munge: /run/munge /var/log/munge /var/lib/munge /etc/munge
pgrep -x munged > /dev/null || runuser -u munge -- /usr/sbin/munged

memory=$(($(awk '/^MemTotal/ {print $2}' /proc/meminfo) / 1024 * 9 / 10))
cat > "$SLURM_CONF" << CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
GresTypes=gpu
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory Gres=gpu:2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
printf 'NodeName=%s Name=gpu File=/dev/tty[0-1]\n' "$host" > "$folder/gres.conf"
printf 'CgroupPlugin=cgroup/v1\nConstrainCores=no\nConstrainRAMSpace=no\n' > "$folder/cgroup.conf"
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF"
for _ in $(seq 60); do
    if sinfo --noheader --format=%T 2> /dev/null | grep -qE 'idle|mixed'; then
        exit 0
    fi
    sleep 0.5
done
echo "Slurm did not start; read the files in $folder/log." >&2
exit 1
