"""The zip of XML parts that Office files are: each part is unpacked within bounds and parsed without entities.

The formats have two sets of namespaces, so elements and attributes are asked for by their local names.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from pipeline.readers.content import damaged, too_large

MOST = 50 * 1024 * 1024  # bytes one part may unpack to
_RATIO = 300  # times its packed size; text packs to a tenth, repeated table rows to a hundredth
_FREE = 1024 * 1024  # bytes below which a ratio says nothing

Element = etree._Element  # noqa: SLF001 - lxml has no public name for what it returns


@dataclass(frozen=True, slots=True)
class Package:
    """An open Office file; `zh` and `en` are what a refusal calls it."""

    archive: zipfile.ZipFile
    names: frozenset[str]
    zh: str
    en: str

    def xml(self, part: str, most: int = MOST) -> Element:
        """One part without a document type: neither entities nor anything from elsewhere."""
        with self.archive.open(part) as member:
            data = member.read(most + 1)
        packed = self.archive.getinfo(part).compress_size
        if len(data) > most or (len(data) > _FREE and len(data) > packed * _RATIO):
            raise too_large(
                f"{self.zh}解压后大得不正常（可能是压缩炸弹）",
                f"{self.en} unpacks to far more than a document holds (perhaps a zip bomb)",
            )
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
        )  # fmt: skip
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise damaged(
                f"{self.zh}里有 DTD 或实体定义，正常文档没有",
                f"{self.en} defines a DTD or entities, which no such document does",
            )
        return root


@contextmanager
def opened(data: bytes, zh: str, en: str) -> Iterator[Package]:
    """A file's parts; whatever is wrong with archive or XML becomes one sentence."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield Package(archive, frozenset(archive.namelist()), zh, en)
    except (
        *(zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, OSError, EOFError),
        *(ValueError, RuntimeError),  # encrypted or packed in an unknown way
    ) as error:
        raise damaged(
            f"{zh}打不开，可能没有下载完整", f"{en} cannot be opened, perhaps it is cut short"
        ) from error


def name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str) -> str:
    if element is None:
        return ""
    return next(
        (str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), ""
    )


def children(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element if name(child) == tag)


def child(element: Element | None, *path: str) -> Element | None:
    for tag in path:
        element = None if element is None else next(children(element, tag), None)
    return element
