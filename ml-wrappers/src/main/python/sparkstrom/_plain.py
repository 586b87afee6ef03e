# SPDX-License-Identifier: Apache-2.0
"""Values of Java as plain values of Python, which outlive the Spark session."""

from dataclasses import fields
from typing import Any, Dict

from py4j.java_collections import JavaArray, JavaList, JavaMap, JavaSet
from py4j.java_gateway import JavaObject


def plain(value: Any) -> Any:
    """Collections as lists and dicts, records as dicts, enums as lower-case names, an empty
    Optional as None; any other Java object as its text."""
    if isinstance(value, (JavaList, JavaSet, JavaArray)):
        return [plain(element) for element in value]
    if isinstance(value, JavaMap):
        return {plain(key): plain(value[key]) for key in value}
    if not isinstance(value, JavaObject):
        return value
    java_class = value.getClass()
    if java_class.getName() == "java.util.Optional":
        return plain(value.get()) if value.isPresent() else None
    if java_class.isEnum():
        return value.name().lower()
    if java_class.isRecord():
        names = [component.getName() for component in java_class.getRecordComponents()]
        return {name: plain(getattr(value, name)()) for name in names}
    return value.toString()


def facts(java: Any, of: type) -> Dict[str, Any]:
    """What methods of a Java object tell that have the names of a dataclass's public fields."""
    names = [each.name for each in fields(of) if not each.name.startswith("_")]
    return {name: plain(getattr(java, name)()) for name in names}
