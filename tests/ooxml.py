"""Documents held against the rules of Office Open XML.

`schema_faults` asks openxml-audit, which carries the schemas and the semantic rules of Microsoft's Open XML SDK.
`package_faults` looks at what that one lets pass: content types, relationships, the ids of drawings.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from pathlib import Path

import pytest
from lxml import etree

TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def schema_faults(path: Path) -> list[str]:
    """What the schemas, and what is known of Word's and Excel's own reading, hold against a file."""
    audit = pytest.importorskip("openxml_audit")
    found = audit.OpenXmlValidator(max_errors=0).validate(path)
    return [str(one) for one in found.errors if one.severity is audit.ValidationSeverity.ERROR]


def package_faults(content: bytes) -> list[str]:
    """Parts without a type, relationships that lead nowhere, parts nobody leads to, drawings with equal ids."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        faults += [f"{name} stands twice" for name in set(names) if names.count(name) > 1]
        types = etree.fromstring(package.read("[Content_Types].xml"))
        kinds = {one.get("Extension").lower() for one in types.iter(f"{TYPES}Default")}
        named = {one.get("PartName").lstrip("/") for one in types.iter(f"{TYPES}Override")}
        faults += [f"{name} is typed and not there" for name in named - set(names)]
        reached = {"[Content_Types].xml"}
        for name in names:
            if name not in named and name.rpartition(".")[2].lower() not in kinds:
                faults.append(f"{name} has no content type")
            if not name.endswith(".rels"):
                continue
            reached.add(name)
            folder = posixpath.dirname(posixpath.dirname(name))
            for relationship in etree.fromstring(package.read(name)).iter(RELATIONSHIP):
                target = relationship.get("Target")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                whole = posixpath.normpath(whole)
                if relationship.get("TargetMode") != "External" and whole not in names:
                    faults.append(f"{name}: {target} is not there")
                reached.add(whole)
        faults += [f"nothing leads to {name}" for name in names if name not in reached]
        for name in names:
            if name == "word/document.xml":
                ids = [one.get("id") for one in etree.fromstring(package.read(name)).iter(DRAWING)]
                faults += [f"two drawings have the id {one}" for one in set(ids) if ids.count(one) > 1]
    return faults
