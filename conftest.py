"""What holds for every test of the repository; the surroundings are in luoxuan/testing."""

import os

import pytest

pytest_plugins = ["luoxuan.testing.browser"]

ON_POSTGRESQL = os.environ.get("LUOXUAN_TEST_DATABASE") == "postgresql"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
NOT_QUICK = ("slow", "nightly", "browser", "postgresql")


def pytest_addoption(parser):
    parser.addoption("--nightly", action="store_true", help="also run the tests that take minutes")


def needs_browser(item):
    return "browser" in getattr(item, "fixturenames", ())


def touches_database(item):
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("postgresql") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    )


def mark(item, config):
    """Give a test the marks that follow from what it takes, and the reason why it is skipped."""
    if needs_browser(item):
        item.add_marker("browser")
    if not any(item.get_closest_marker(name) for name in NOT_QUICK):
        item.add_marker("quick")
    if item.get_closest_marker("nightly") and not config.getoption("--nightly"):
        item.add_marker(pytest.mark.skip(reason="takes minutes: ./run test --nightly"))


# First, so that `-m quick` and `-m "not browser"` see the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        mark(item, config)
    if ON_POSTGRESQL:
        # What neither reads nor writes the database has no second result to give.
        here = [item for item in items if touches_database(item) and not needs_browser(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in here])
        items[:] = here
    else:
        left = [item for item in items if item.get_closest_marker("postgresql")]
        for item in left:
            item.add_marker(pytest.mark.skip(reason="PostgreSQL pass: ./run test, no arguments"))
