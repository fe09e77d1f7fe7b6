"""The small college with one term of scores, and programs that ask it by token."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.token_actions import create_token
from luoxuan.core.models import User
from luoxuan.testing.college import fill_college, open_users
from luoxuan.testing.modules import filled_once

from .conformity import conforming

Ask = Callable[..., Any]
ROWS = "/api/v1/datasets/score/rows"


@pytest.fixture(scope="module")
def college(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, User]]:
    """The filled college, made once for a module; each test's own writes are taken back."""
    with filled_once(tmp_path_factory.mktemp("college"), django_db_blocker):
        fill_college(tmp_path_factory.mktemp("files"))
        yield open_users()


@pytest.fixture
def users(college, db) -> dict[str, User]:
    return {name: User.objects.get(username=name) for name in college}


@pytest.fixture
def secret(users) -> Callable[..., str]:
    """Give a user a fresh token and return its secret."""
    numbers = itertools.count()

    def make(username: str, *, is_read_only: bool = False, days: int = 30) -> str:
        user = users[username]
        return create_token(
            user=user, name="test", days=days, receipt=f"{username}{next(numbers)}",
            is_read_only=is_read_only, by=user, at=timezone.now() - timedelta(minutes=1),
        ).secret  # fmt: skip

    return make


@pytest.fixture
def ask(secret) -> Ask:
    """Ask as a user by token."""
    secrets: dict[str, str] = {}

    def get(username: str, address: str, **headers: str) -> Any:
        if username not in secrets:
            secrets[username] = secret(username)
        held = {"Authorization": f"Bearer {secrets[username]}", **headers}
        return conforming(Client().get(address, headers=held))

    return get


@pytest.fixture
def push(secret) -> Ask:
    """Push rows as a user by token; no rows sends the body as it is."""

    def post(
        username: str, rows: object, *, key: str = "k1", query: str = "mode=append",
        media_type: str = "application/json", address: str = ROWS,
    ) -> Any:  # fmt: skip
        body = rows if isinstance(rows, str | bytes) else json.dumps(rows, ensure_ascii=False)
        held = {"Authorization": f"Bearer {secret(username)}"} | (
            {"Idempotency-Key": key} if key else {}
        )
        asked = f"{address}?{query}" if query else address
        return conforming(
            Client(enforce_csrf_checks=True).post(
                asked, body, content_type=media_type, headers=held
            )
        )

    return post


def row(number: int, **more: object) -> dict[str, object]:
    """Return a row of scores as a program sends it."""
    return {
        "student_id": str(number), "class_code": "MATH-1", "course_code": "MATH",
        "unit_code": "EAST-MATH", "term": "2025-1", "score": 61.5, "result": "通过", **more,
    }  # fmt: skip


def all_pages(ask: Ask, username: str, address: str) -> list[list[dict[str, object]]]:
    """Read every page from the first to the last."""
    pages, cursor = [], ""
    while True:
        join = "&" if "?" in address else "?"
        answer = ask(username, f"{address}{join}cursor={cursor}" if cursor else address)
        assert answer.status_code == 200, answer.content
        document = answer.json()
        pages.append(document["rows"])
        cursor = document["next"]
        if cursor is None:
            return pages
