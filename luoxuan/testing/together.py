"""Acts at the same time, for tests on PostgreSQL: SQLite has one writer anyway."""

import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

PATIENCE = 20


def together(*acts: Callable[[], object]) -> list[Exception]:
    """Do the acts in threads at once and return what each of them raised."""
    raised = []

    def do(act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    close_old_connections()
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError(f"an act did not end within {PATIENCE} seconds")
    return raised


def wait_for_another(table: str = "", *, seconds: float = 10) -> None:
    """Wait until another session waits for a lock, on that table if named.

    Raises TimeoutError when nobody does: then the acts did not meet, and the test proves nothing.
    """
    until = time.monotonic() + seconds
    while not _is_waiting(table):
        if time.monotonic() > until:
            raise TimeoutError(f"nobody waited for a lock within {seconds} seconds")
        time.sleep(0.05)


def _is_waiting(table: str) -> bool:
    with connection.cursor() as cursor:
        # Within a transaction the first look is kept otherwise.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE %s", [f"%{table}%"],
        )  # fmt: skip
        return bool(cursor.fetchone()[0])
