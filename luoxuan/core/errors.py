"""Refusals「拒绝」: facts about why an action was not done, with a code and no text."""


class Refused(Exception):
    """An action that was not done「拒绝」: ``code`` names the reason, ``facts`` the details."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts
