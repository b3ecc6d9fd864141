"""A Slurm cluster of two nodes on this machine: munged, slurmctld and two slurmd of its own, on free ports of loopback.

All of it lives in one folder, ends with the `with` block, and is killed by the kernel if the test itself is.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "sinfo", "scontrol", "scancel")
NODES = ("gpu-a", "gpu-b")
PR_SET_PDEATHSIG = 1  # prctl(2)


def missing() -> list[str]:
    return [name for name in PROGRAMS if find(name) is None]


def find(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Cluster:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.daemons: list[subprocess.Popen] = []
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def __enter__(self) -> Cluster:
        try:
            self.configure()
            self.start("munged", "--foreground", "--key-file", self.folder / "munge.key", "--socket", self.socket,
                       "--pid-file", self.folder / "munged.pid", "--log-file", self.folder / "munged.log",
                       "--seed-file", self.folder / "munged.seed")
            self.wait_for(lambda: self.socket.exists(), "munged opens its socket")
            self.start("slurmctld", "-D", "-f", self.folder / "slurm.conf")
            for node in NODES:
                self.start("slurmd", "-D", "-N", node, "-f", self.folder / "slurm.conf")
            self.wait_for(self.all_idle, "both nodes are idle")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.run("scancel", "--quiet", "--full", f"--user={pwd.getpwuid(os.getuid()).pw_name}", limit=5)
        for daemon in reversed(self.daemons):
            daemon.terminate()
        limit = time.monotonic() + 5
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    @property
    def socket(self) -> pathlib.Path:
        return self.folder / "munge.socket"

    def configure(self) -> None:
        self.folder.chmod(0o755)  # munged insists that everybody can reach its socket
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        (self.folder / "state").mkdir()
        user = pwd.getpwuid(os.getuid()).pw_name
        controller, *ports = free_ports(1 + len(NODES))
        host = socket.gethostname().split(".")[0]
        # slurm.conf(5); a GPU is a file, and which file does not matter here.
        lines = ["ClusterName=probe", f"SlurmctldHost={host}(127.0.0.1)", f"SlurmUser={user}", f"SlurmdUser={user}",
                 f"SlurmctldPort={controller}", "AuthType=auth/munge", f"AuthInfo=socket={self.socket}",
                 "CredType=cred/munge", f"StateSaveLocation={self.folder}/state",
                 f"SlurmdSpoolDir={self.folder}/spool-%n", f"SlurmctldPidFile={self.folder}/slurmctld.pid",
                 f"SlurmdPidFile={self.folder}/slurmd-%n.pid", f"SlurmctldLogFile={self.folder}/slurmctld.log",
                 f"SlurmdLogFile={self.folder}/slurmd-%n.log", "ProctrackType=proctrack/linuxproc",
                 "TaskPlugin=task/none", "SwitchType=switch/none", "MpiDefault=none",
                 "SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU", "GresTypes=gpu",
                 "JobAcctGatherType=jobacct_gather/none", "SchedulerType=sched/builtin",
                 "SchedulerParameters=batch_sched_delay=0,sched_min_interval=0", "ReturnToService=2"]
        for node, port in zip(NODES, ports):
            lines.append(f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 Gres=gpu:1")
        lines.append(f"PartitionName=all Nodes={','.join(NODES)} Default=YES State=UP")
        (self.folder / "slurm.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "gres.conf").write_text("".join(f"NodeName={node} Name=gpu File=/dev/null\n" for node in NODES))

    def start(self, name: str, *arguments: object) -> None:
        libc = ctypes.CDLL(None)
        with (self.folder / f"{name}-{len(self.daemons)}.out").open("wb") as out:
            self.daemons.append(subprocess.Popen(
                [find(name), *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)))

    def all_idle(self) -> bool:
        done = subprocess.run([find("sinfo"), "--noheader", "--format=%D %T"], env=self.environment, timeout=10,
                              capture_output=True, text=True, check=False)
        return done.stdout.split() == [str(len(NODES)), "idle"]

    def wait_for(self, condition, what: str) -> None:
        limit = time.monotonic() + 20
        while not condition():
            ended = [str(daemon.args) for daemon in self.daemons if daemon.poll() is not None]
            if ended or time.monotonic() > limit:
                raise AssertionError(f"{what}: not so. Ended: {ended}\n{self.logs()}")
            time.sleep(0.05)

    def logs(self) -> str:
        paths = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        return "\n".join(f"-- {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in paths)

    def run(self, *command: object, limit: float = 60, **variables: str) -> subprocess.CompletedProcess:
        words = [find(str(command[0])), *map(str, command[1:])]
        return subprocess.run(words, env={**self.environment, **variables}, cwd=self.folder, timeout=limit,
                              capture_output=True, text=True, check=False)
