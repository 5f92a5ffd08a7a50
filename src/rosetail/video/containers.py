"""Open video files safely: only local files, only known containers, only complete ones.

Playlists refer to other files and addresses, so none is followed: the allowed demuxers are listed
here, and the only protocol is ``file``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import av

from rosetail.errors import InputError
from rosetail.reading import reading

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,gif,mxf,nut,yuv4mpegpipe,"
    "wav,mp3,flac,aac,aiff"
)
PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD")
MAX_PIXELS = 8192 * 4608


def open_container(path: Path) -> Any:
    """Open a video file with PyAV for reading.

    Raises InputError for a file that is missing, empty, a playlist, cut off (MP4 and MOV only) or
    not a known container.
    """
    with reading(path, "readable", "give a file"), path.open("rb") as file:
        head = file.read(16)
        missing = _missing_bytes(file) if head[4:8] == b"ftyp" else 0
    if not head:
        raise InputError(f"{path}: empty file; copy it again")
    if head.startswith(PLAYLISTS):
        raise InputError(f"{path}: a playlist, not a video; give the video itself")
    if missing:
        raise InputError(f"{path}: cut off, {missing} bytes are missing; copy it again")
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "max_pixels": str(MAX_PIXELS),
    }
    try:
        return av.open(f"file:{path}", options=options, metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        if head[4:8] == b"ftyp":
            cause = "its index (moov) is missing or damaged; copy it again"
        else:
            cause = "not a video that can be read; give an MP4, MOV, MKV, WebM or AVI file"
        raise InputError(f"{path}: {cause}") from error


def _missing_bytes(file: BinaryIO) -> int:
    """How far the last box of an MP4 file (ISO/IEC 14496-12) reaches past the end of the file."""
    end = file.seek(0, 2)
    position = 0
    while position + 8 <= end:
        file.seek(position)
        header = file.read(16)
        size = int.from_bytes(header[:4], "big")
        if size == 1:
            size = int.from_bytes(header[8:], "big")
        if size < 8:  # 0: to the end of the file; anything else below 8 is damage
            return 0
        position += size
    return max(0, position - end)
