"""Entrance: move a process into a sandbox that bubblewrap has made, and take from it what bubblewrap takes.

The system calls are those of setns(2), prctl(2), capset(2) and ioctl_ns(2); Python 3.11 has none of them.
"""

import ctypes
import fcntl
import os
from pathlib import Path

NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "cgroup")
NS_GET_USERNS = 0xB701
CAPABILITIES_VERSION_3 = 0x20080522
SET_DUMPABLE, DROP_FROM_BOUNDING_SET, NO_NEW_PRIVILEGES, AMBIENT = 4, 24, 38, 47
CLEAR_ALL = 4

_libc = ctypes.CDLL(None, use_errno=True)


def enter(process: int) -> None:
    """Move this process into the namespaces of another one's sandbox; its next child is in the process namespace too.

    Raises OSError where the kernel refuses.
    """
    place = Path(f"/proc/{process}/ns")
    inside = {name: os.open(place / name, os.O_RDONLY | os.O_CLOEXEC) for name in (*NAMESPACES, "user")}
    # Bubblewrap makes the others in one user namespace, and then a further one, in which none can be made.
    owner = fcntl.ioctl(inside["mnt"], NS_GET_USERNS)
    for descriptor in (owner, *inside.values()):
        _call(_libc.setns, descriptor, 0)
        os.close(descriptor)


def give_up_privileges() -> None:
    """Every capability, also the right to gain one. Entering a user namespace had given all of them.

    Raises OSError where the kernel refuses.
    """
    for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        _call(_libc.prctl, DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    _call(_libc.prctl, AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION_3, 0)
    _call(_libc.capset, header, (ctypes.c_uint32 * 6)())
    _call(_libc.prctl, NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # Lost on the way in; without it /proc/self would belong to nobody.
    _call(_libc.prctl, SET_DUMPABLE, 1, 0, 0, 0)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")
