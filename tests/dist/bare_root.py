"""A minimal Debian (debootstrap, no packages added) to run things in, as on a machine that has nothing else.

    BP_ROOTS     folder of the roots, made where they are missing (default: build/roots)

What is mounted for it lives in a mount namespace of its own and is gone with it, whatever happens; what is written goes
to memory, so that the root stays as debootstrap made it. All of this needs root.
"""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import tempfile

import outputs

# Debian 12, and the oldest release that the mirrors still serve: glibc 2.31. No release with the oldest glibc promised
# is among them; test_symbols.py reads what the program needs.
SUITES = ("bookworm", "bullseye")
NOBODY = 65534
STAGE = """
stage=$1; base=$2; shift 2
mount -t tmpfs -o mode=755 tmpfs "$stage"
mkdir "$stage/upper" "$stage/work" "$stage/root"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$stage/upper,workdir=$stage/work" "$stage/root"
root=$stage/root
chmod 755 "$root"
"""


def suite_folder(suite: str) -> pathlib.Path:
    """The root of a Debian release, made if it is not there yet; it appears whole or not at all."""
    folder = pathlib.Path(os.environ.get("BP_ROOTS") or outputs.REPOSITORY / "build" / "roots").absolute() / suite
    if folder.is_dir():
        return folder
    if os.getuid() != 0:
        raise AssertionError("a bare root is made and entered by root only: run these tests as root")
    if shutil.which("debootstrap") is None:
        raise AssertionError("debootstrap is not installed: sh cmake/setup.sh dist")
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix=f".{suite}-", dir=folder.parent))
    try:
        outputs.call(["debootstrap", "--variant=minbase", suite, str(scratch)])
        shutil.rmtree(scratch / "var/cache/apt/archives")
        scratch.chmod(0o755)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


@dataclasses.dataclass
class Result:
    status: int
    output: str
    errors: str

    def __str__(self) -> str:
        return f"status {self.status}\n{self.output}{self.errors}"


class BareRoot:
    """Used with `with`. `see`: place in the root -> file or folder outside, read-only. `write`: places that anybody may
    write to. Without `keep_read_only` the whole root can be written to."""

    def __init__(self, suite: str = "bookworm", see: dict[str, pathlib.Path] | None = None, write: tuple[str, ...] = (),
                 proc: bool = True, keep_read_only: bool = True):
        script = ["set -eu", STAGE]
        arguments = []
        for place, source in (see or {}).items():
            arguments += [place, str(source)]
            make = 'mkdir -p "$root$1"' if source.is_dir() else 'mkdir -p "$(dirname "$root$1")"; touch "$root$1"'
            script.append(f'{make}; mount --bind "$2" "$root$1"; mount -o remount,bind,ro "$root$1"; shift 2')
        for place in write:
            arguments.append(place)
            script.append('mkdir -p "$root$1"; mount -t tmpfs -o mode=1777 tmpfs "$root$1"; shift')
        if proc:
            script.append('mount -t proc proc "$root/proc"')
        if keep_read_only:
            script.append('mount -o remount,ro "$root"')
        # It lives until this process closes its standard input, or ends.
        script.append("echo ready; exec cat")
        self._script = "\n".join(script)
        self._base = suite_folder(suite)
        self._arguments = arguments

    def __enter__(self) -> "BareRoot":
        self._stage = pathlib.Path(tempfile.mkdtemp(prefix="blackwell-probe-root-"))
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", self._script, "sh", str(self._stage),
             str(self._base), *self._arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "ready\n":
            reason = self._holder.communicate()[1].strip()
            self._stage.rmdir()
            raise AssertionError(f"the bare root cannot be set up (this needs root and mount namespaces): {reason}")
        return self

    def __exit__(self, *_) -> None:
        self._holder.communicate()
        self._stage.rmdir()

    def run(self, *command: str, user: int = NOBODY, environment: dict[str, str] | None = None, directory: str = "/",
            limit: float = 120) -> Result:
        """Runs a command in the root with nothing in its environment but what is given."""
        words = [shutil.which("nsenter"), f"--mount=/proc/{self._holder.pid}/ns/mnt", shutil.which("chroot"),
                 f"--userspec={user}:{user}", "--groups=", str(self._stage / "root"), "/usr/bin/env", "-C", directory,
                 *command]
        done = subprocess.run(words, env=environment or {}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=limit, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    def read(self, place: str) -> bytes:
        """Content of a file in the root."""
        words = [shutil.which("nsenter"), f"--mount=/proc/{self._holder.pid}/ns/mnt", shutil.which("cat"),
                 f"{self._stage}/root{place}"]
        return subprocess.run(words, capture_output=True, check=True).stdout

    def listing(self) -> set[str]:
        """All that is in the root, without what is mounted in it."""
        result = self.run("/usr/bin/find", "/", "-xdev", user=0)
        if result.status != 0:
            raise AssertionError(f"the root cannot be listed: {result}")
        return set(result.output.splitlines())
