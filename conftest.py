"""What holds for every test of the repository; the surroundings are in luoxuan/testing."""

import os

import pytest

pytest_plugins = ["luoxuan.testing.browser"]

ON_POSTGRESQL = os.environ.get("LUOXUAN_TEST_DATABASE") == "postgresql"
# `./run test` runs two passes at once; what needs no database then goes to the shorter one.
HAS_TWIN = bool(os.environ.get("LUOXUAN_TEST_TWIN"))
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


def belongs_here(item):
    """What neither reads nor writes the database has no second result to give."""
    if not touches_database(item):
        return ON_POSTGRESQL == HAS_TWIN
    is_for_one = needs_browser(item) or item.get_closest_marker("one_database")
    return not (ON_POSTGRESQL and is_for_one)


# First, so that `-m quick` and `-m "not browser"` see the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        mark(item, config)
    here = [item for item in items if belongs_here(item)]
    config.hook.pytest_deselected(items=[item for item in items if not belongs_here(item)])
    items[:] = here
    if not ON_POSTGRESQL:
        left = [item for item in items if item.get_closest_marker("postgresql")]
        for item in left:
            item.add_marker(pytest.mark.skip(reason="PostgreSQL pass: ./run test, no arguments"))
