"""What kind of file it is, by its name and its first bytes (pure)."""

from __future__ import annotations

import re

from coffee_bot.config import FileKind

#: Endings of what a machine runs by itself, whatever is in it.
_PROGRAM = re.compile(
    r"\.(?:apk|app|appimage|bat|bin|class|cmd|com|cpl|deb|dll|dmg|dylib|exe|gadget|hta|iso|jar|jnlp"
    r"|lnk|msi|msix|msp|o|pif|pkg|pyc|rpm|scr|so|sys|vbe|vbs|wasm|whl|wsf)\Z",
    re.IGNORECASE,
)
#: Beginnings of files that are told by them: ELF, Windows, the four of macOS, and so on.
_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x7fELF", FileKind.PROGRAM),
    (b"MZ", FileKind.PROGRAM),
    (b"\xfe\xed\xfa\xce", FileKind.PROGRAM),
    (b"\xfe\xed\xfa\xcf", FileKind.PROGRAM),
    (b"\xce\xfa\xed\xfe", FileKind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", FileKind.PROGRAM),
    (b"\xca\xfe\xba\xbe", FileKind.PROGRAM),
    (b"\x00asm", FileKind.PROGRAM),
    (b"\x89PNG\r\n\x1a\n", FileKind.IMAGE),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"GIF87a", FileKind.IMAGE),
    (b"GIF89a", FileKind.IMAGE),
    (b"%PDF-", FileKind.PDF),
    (b"PK\x03\x04", FileKind.ARCHIVE),
    (b"PK\x05\x06", FileKind.ARCHIVE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ\x00", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"(\xb5/\xfd", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
)
#: The marks with which a text tells its encoding.
_UNICODE = (b"\xff\xfe", b"\xfe\xff")
#: Control characters that are none of a text's.
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\b\x1b")


def is_program(name: str) -> bool:
    """Whether a name ends like that of a program."""
    return _PROGRAM.search(name) is not None


def kind_of(name: str, data: bytes) -> FileKind:
    """Return the kind. What is in it counts; the name alone can only make a program of it."""
    if is_program(name):
        return FileKind.PROGRAM
    # "MZ" may begin a text too; a program has bytes that no text has.
    if _is_text(data):
        return FileKind.TEXT
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.IMAGE
    if data[257:262] == b"ustar":
        return FileKind.ARCHIVE
    known = (kind for beginning, kind in _BEGINNINGS if data.startswith(beginning))
    return next(known, FileKind.OTHER)


def _is_text(data: bytes) -> bool:
    if data.startswith(_UNICODE):
        return _decodes(data, "utf-16")
    if data.startswith(b"%PDF-") or not _NO_TEXT.isdisjoint(data):
        return False
    # An older encoding, such as Latin-1, has no control characters either.
    return _decodes(data, "utf-8") or _decodes(data, "cp1252")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
