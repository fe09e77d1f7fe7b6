"""Whether an answer is one that the description of the interface promises."""

import re
from typing import Any

from django.urls import Resolver404, resolve

from luoxuan.portal.api.description import VIEWS
from luoxuan.portal.api.problems import MEDIA_TYPE
from luoxuan.portal.api.schema import openapi, path_of

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def conforming(answer: Any) -> Any:
    """Return the answer, or fail with what the description does not promise of it."""
    document, method = openapi(VIEWS), answer.request["REQUEST_METHOD"].lower()
    try:
        view = resolve(answer.request["PATH_INFO"]).func
        path = path_of(view)
    except (Resolver404, AttributeError):
        assert answer.status_code in {401, 404}
        return answer
    described = document["paths"][path].get(method)
    if described is None:
        assert answer.status_code in {401, 403, 404, 405}
        return answer
    promised = described["responses"].get(str(answer.status_code))
    assert promised, f"{method} {path} answers {answer.status_code}, which is not described"
    (media_type, content), *_ = promised["content"].items()
    assert answer["Content-Type"] == media_type
    faults = mismatches(answer.json(), content["schema"], document)
    assert faults == []
    if answer.status_code >= 400:
        assert media_type == MEDIA_TYPE
        assert answer.json()["status"] == answer.status_code
    return answer


def mismatches(value: Any, schema: dict[str, Any], document: Any, at: str = "$") -> list[str]:
    """Return where a value is not as a JSON Schema says, as far as our schemas go."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return mismatches(value, document["components"]["schemas"][name], document, at)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{at}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{at}: {value!r} does not match")
    if isinstance(value, list):
        for place, one in enumerate(value):
            found += mismatches(one, schema.get("items", {}), document, f"{at}[{place}]")
    if isinstance(value, dict):
        members = schema.get("properties", {})
        found += [
            f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value
        ]
        for name, one in value.items():
            found += mismatches(one, members.get(name, {}), document, f"{at}.{name}")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])
