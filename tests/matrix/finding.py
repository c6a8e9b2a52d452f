"""Every text in what came back, however it is wrapped: gzip, a workbook, a PDF."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from zlib import error as ZlibError

from pypdf import PdfReader


def unwrapped(body: bytes) -> Iterator[bytes]:
    """The bytes themselves, and what is inside of them."""
    yield body
    if body.startswith(b"\x1f\x8b"):
        yield from unwrapped(gzip.decompress(body))
    elif body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unwrapped(archive.read(name))
    elif body.startswith(b"%PDF"):
        yield from _of_pdf(body)


def _of_pdf(body: bytes) -> Iterator[bytes]:
    reader = PdfReader(io.BytesIO(body))
    yield str(reader.metadata).encode()
    for page in reader.pages:
        yield page.extract_text().encode()
    for number in range(1, len(reader.xref_objStm) + 1):  # whatever else is kept inside, as far as it can be unpacked
        try:
            stream = reader.get_object(number)
            yield stream.get_data() if hasattr(stream, "get_data") else str(stream).encode()
        except (ZlibError, ValueError, NotImplementedError, AttributeError):
            continue
