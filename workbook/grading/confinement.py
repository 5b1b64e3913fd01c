"""Shut a process in, with the namespaces of Linux. Runs inside the sandbox.

``enter_sandbox`` builds a new root folder that holds nothing but Python, its libraries and the
system's, all read-only: what is not there cannot be read. ``fork_into_own_processes`` and
``enter_cell`` then shut in the process that will run one answer: process ids, shared memory and a
scratch folder of its own, no privileges, limits on memory, processes and files.

The calls are those of mount(2), pivot_root(2), mount_setattr(2), unshare(2), setns(2),
prctl(2) and capset(2); their numbers stand in the headers of Linux.
"""

import ctypes
import os
import resource
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC = 32, 4096, 16384
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2
SYS_MOUNT_SETATTR = 442  # the same on all processors that PyTorch runs on
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITY_VERSION = 0x20080522
NOBODY = 65534

DEVICES = ("null", "zero", "random", "urandom")
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/alternatives")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")
PROCESSORS = "/sys/devices/system/cpu"  # read by torch to choose its instructions
SCRATCH = "/scratch"
ROOT_BYTES = "1m"

libc = ctypes.CDLL(None, use_errno=True)


def enter_sandbox(new_root: Path, readable: list[Path], hidden: list[Path]) -> None:
    """Make ``new_root`` (an empty folder) the root folder of this process.

    readable: folders that are there, read-only, under the same path. hidden: folders inside those
    that are empty instead. Needs a mount namespace of its own. Raises OSError where the system does
    not allow it.
    """
    _mount("tmpfs", new_root, "tmpfs", MS_NOSUID | MS_NODEV, f"size={ROOT_BYTES},mode=755")
    for folder in map(Path, SYSTEM_FOLDERS):
        _show_system_folder(folder, new_root)
    for path in [*map(Path, SYSTEM_FILES), Path(PROCESSORS), *readable]:
        _show(path, new_root)
    for name in DEVICES:
        _show(Path("/dev") / name, new_root, read_only=False)
    for folder in hidden:
        _hide(folder, new_root)
    for name in ("proc", "tmp", "dev/shm", SCRATCH.strip("/")):
        (new_root / name).mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", new_root / SCRATCH.strip("/"), "tmpfs", MS_NOSUID | MS_NODEV, "size=16m")
    _mount("proc", new_root / "proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
    _change_root(new_root)


def fork_into_own_processes() -> int:
    """Fork like ``os.fork``; the child is the first process of process ids of its own.

    When it ends, the system ends all that it started, whatever they did to hide.
    """
    with open("/proc/self/ns/pid", "rb") as own:
        _check(libc.unshare(CLONE_NEWPID), "unshare")
        child = os.fork()
        if child != 0:  # without this, no second cell could be started
            _check(libc.setns(own.fileno(), CLONE_NEWPID), "setns")
    return child


def enter_cell(*, seconds: int, memory: int, processes: int, scratch: int) -> None:
    """Shut in this process, which comes from ``fork_into_own_processes``, for good.

    seconds: of processor time. memory: bytes beyond what the process uses by now. processes: how
    many may run at once. scratch: bytes of the only folder that can be written.
    """
    _check(libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")
    os.setsid()  # a signal to "my group" must not reach the grader's own processes
    _check(libc.unshare(CLONE_NEWNS | CLONE_NEWIPC), "unshare")
    safe = MS_NOSUID | MS_NODEV
    _mount("proc", Path("/proc"), "proc", MS_RDONLY | safe | MS_NOEXEC)
    for folder in (SCRATCH, "/dev/shm"):
        _mount("tmpfs", Path(folder), "tmpfs", safe, f"size={scratch},nr_inodes=10000,mode=777")
    os.chdir(SCRATCH)
    set_limits(seconds=seconds, memory=memory, processes=processes, file_size=scratch)
    give_up_rights()


def set_limits(*, seconds: int, memory: int, processes: int, file_size: int) -> None:
    """Limit this process; see ``enter_cell``. Limits that a system does not know are left out."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, address_space() + memory)
    _limit(resource.RLIMIT_NPROC, processes)
    _limit(resource.RLIMIT_NOFILE, 256)
    _limit(resource.RLIMIT_FSIZE, file_size)


def address_space() -> int:
    """Return the bytes of address space that this process has, far more than it really uses."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def give_up_rights() -> None:
    """Give up every privilege of this process, and every way to get one back."""
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # beyond the last one that this system knows
    if _is_real_root():
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(libc.capset(header, nothing), "capset")
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def _is_real_root() -> bool:
    """Tell whether we are the system's user 0, not an ordinary user under that number."""
    first = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return os.getuid() == 0 and first == ["0", "0", "4294967295"]


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _show_system_folder(folder: Path, new_root: Path) -> None:
    if folder.is_symlink():  # /lib is a link to /usr/lib on most systems
        (new_root / folder.relative_to("/")).symlink_to(os.readlink(folder))
    else:
        _show(folder, new_root)


def _show(path: Path, new_root: Path, *, read_only: bool = True) -> None:
    """Bind a file or folder into the new root, under the same path."""
    if not path.exists():
        return
    target = new_root / path.relative_to("/")
    if path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(str(path), target, None, MS_BIND | MS_REC)
    if read_only:
        _make_read_only(target)


def _make_read_only(target: Path) -> None:
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    outcome = libc.syscall(
        SYS_MOUNT_SETATTR,
        AT_FDCWD,
        os.fsencode(target),
        AT_RECURSIVE,
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    _check(outcome, f"making {target} read-only")


def _hide(folder: Path, new_root: Path) -> None:
    target = new_root / folder.relative_to("/")
    if target.is_dir():
        _mount("tmpfs", target, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,mode=755")


def _change_root(new_root: Path) -> None:
    os.chdir(new_root)
    _check(libc.pivot_root(b".", b"."), "pivot_root")
    _check(libc.umount2(b".", MNT_DETACH), "umount2")
    os.chdir("/")
    _mount(None, Path("/"), None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _mount(source: str | None, target: Path, kind: str | None, flags: int, data: str = "") -> None:
    outcome = libc.mount(
        source.encode() if source else None,
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        data.encode() if data else None,
    )
    _check(outcome, f"mount {target}")


def _check(outcome: int, what: str) -> None:
    if outcome != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
