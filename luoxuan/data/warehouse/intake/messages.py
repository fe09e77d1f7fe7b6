"""Chinese and English sentences for every code of a reading; plain data, filled at the edge."""

from collections.abc import Mapping

from luoxuan.data.warehouse.intake.file_messages import FILE_MESSAGES
from luoxuan.data.warehouse.intake.question_messages import CHOICE_MESSAGES, QUESTION_MESSAGES
from luoxuan.data.warehouse.intake.row_messages import NOTE_MESSAGES, PROBLEM_MESSAGES

_ALL: Mapping[str, tuple[str, str]] = {
    **FILE_MESSAGES,
    **PROBLEM_MESSAGES,
    **NOTE_MESSAGES,
    **QUESTION_MESSAGES,
    **CHOICE_MESSAGES,
}
# Sentences with a suggestion have a shorter form for when there is none.
_WITHOUT_SUGGESTION = {
    "not_in_code_list": "not_in_code_list_at_all",
    "unknown_reference": "unknown_reference_at_all",
}


def message(code: str, language: str = "zh", /, **facts: object) -> str:
    """Return the sentence for a code in Chinese, or in English when ``language`` starts with "en".

    Lists among the facts are joined. A note passes its count as the fact ``count``.
    """
    if not facts.get("suggestion"):
        code = _WITHOUT_SUGGESTION.get(code, code)
    chinese, english = _ALL[code]
    template = english if language.lower().startswith("en") else chinese
    shown = {
        name: "、".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
        for name, fact in facts.items()
    }
    return template.format(**shown)
