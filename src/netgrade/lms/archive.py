"""Zips that a system takes back: the same files always make the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can name: a time of day would make each zip another."""


def zipped(files: Mapping[str, Path]) -> bytes:
    """A zip of these files, under the names given. Raises OSError where one cannot be read."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    return content.getvalue()
