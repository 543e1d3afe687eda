"""Which folders lie on another machine's disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

#: Where Linux lists what is mounted; other systems have no such file.
MOUNTS = Path("/proc/self/mounts")

#: File systems whose locks or whose order of writes cannot be relied on
#: (https://sqlite.org/howtocorrupt.html, section 2.1). A shared folder of a virtual machine
#: (9p, virtiofs) is not among them: it is usually the same machine's disk.
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "davfs", "ceph", "glusterfs"}
)
_NETWORK_FUSE = frozenset(
    {"sshfs", "s3fs", "rclone", "davfs2", "glusterfs", "smbnetfs", "curlftpfs", "gvfsd-fuse"}
)


def network_mount(path: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the kind of network file system that holds `path`, such as `nfs4`.

    None also where it cannot be told, as on macOS and Windows.
    """
    try:
        listed = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    real = Path(os.path.realpath(path))
    held, kind = -1, ""
    for line in listed.splitlines():
        _device, where, found, *_rest = line.split(" ")
        point = Path(_unescaped(where))
        # The later of two at the same place lies over the earlier one.
        if real.is_relative_to(point) and len(point.parts) >= held:
            held, kind = len(point.parts), found
    return kind if _is_network(kind) else None


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or (
        kind.startswith("fuse.") and kind.removeprefix("fuse.") in _NETWORK_FUSE
    )


def _unescaped(where: str) -> str:
    """Undo the kernel's octal escapes of blanks and backslashes (`man 5 fstab`)."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), where)
