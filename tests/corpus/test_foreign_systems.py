"""Classes 121 to 123 by page and by command: the version before stays, the reason is in words."""

import json
from collections.abc import Callable
from html import unescape
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from luoxuan.cli.commands import run
from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job, Notice, User
from luoxuan.data.models import Dataset, Pull, Source
from luoxuan.data.sources.blocks import reason_of
from luoxuan.data.sources.rules import PullOutcome
from tests.corpus.expectations import CHINESE
from tests.corpus.foreign_systems import N_ROWS, SYSTEMS, Foreign, Waiting, rows, waiting
from tests.corpus.index import BadInput, read_index

pytestmark = pytest.mark.django_db

CLASSES = [bad for bad in read_index() if bad.applies == "now" and bad.generator in SYSTEMS]
COLUMNS = {name: name for name in rows(1)[0]}
TITLE = "采购系统"
OUTCOMES = {"F": PullOutcome.FAILED, "Q": PullOutcome.HELD}
Pulling = Callable[[Foreign, int], str]


def stored() -> tuple[int, int]:
    """Return number and rows of the version in force."""
    dataset = Dataset.objects.get(name="corpus_purchase")
    version = dataset.versions.filter(number=dataset.current_number).first()
    return dataset.current_number, version.n_rows if version else 0


@pytest.fixture
def by_command(installation, capsys, tmp_path) -> Pulling:
    """Connect a system and pull it by command; return the code of the refusal, else nothing."""

    def pull(foreign: Foreign, port: int) -> str:
        told = {
            "title": TITLE, "kind": foreign.kind, "dataset": "corpus_purchase",
            "address": foreign.address.format(port=port), "selection": foreign.selection or "x",
            "next_page": foreign.next_page, "most_seconds": 1,
        }  # fmt: skip
        if foreign.kind == "HTTP":
            told["selection"] = foreign.selection
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
        lines += ["[mapping]", *(f'{column} = "{name}"' for column, name in COLUMNS.items())]
        path = Path(tmp_path) / "purchases.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        capsys.readouterr()
        if run(["sources", "add", str(path), "--json"]):
            return str(json.loads(capsys.readouterr().out)["refused"])
        status = run(["sources", "pull", "purchases", "--json"])
        (shown,) = json.loads(capsys.readouterr().out)
        pulled = Pull.objects.first()
        assert (status, bool(CHINESE.search(shown["reason"]))) == (int(bool(pulled.code)),) * 2
        return pulled.code

    return pull


@pytest.fixture
def by_page(installation, client) -> Pulling:
    """Connect a system by its form, test it, map its columns and pull it by button."""
    client.force_login(User.objects.get(username="office"))

    def post(route: str, pk: int, **told: Any) -> Any:
        return client.post(reverse(f"data:{route}", args=[pk]), told)

    def pull(foreign: Foreign, port: int) -> str:
        source = Source.objects.filter(name="purchases").first()
        form = {
            "title": TITLE, "name": "purchases", "kind": foreign.kind, "mode": "FULL",
            "dataset": Dataset.objects.get(name="corpus_purchase").pk,
            "address": foreign.address.format(port=port), "selection": foreign.selection,
            "next_page": foreign.next_page, "least_share": 80, "most_rows": 1000,
            "most_seconds": 5,
        }  # fmt: skip
        new = (
            reverse("data:source_edit", args=[source.pk]) if source else reverse("data:source_new")
        )
        # Whoever changes a source sends along what he was shown.
        if source:
            form["seen"] = client.get(new).context["form"].initial["seen"]
        answer = client.post(new, form)
        if answer.status_code == 422:
            assert "写法不对，或含有用户名、密码" in answer.content.decode()
            return "source_bad_address"
        source = Source.objects.get()
        Source.objects.update(most_seconds=1)
        if foreign.code.startswith("source_") and foreign.code not in LATER:
            tested = post("source_columns", source.pk, step="test")
            assert (tested.status_code, "notice-error" in tested.content.decode()) == (422, True)
        told = {f"column_{at}": name for at, name in enumerate(COLUMNS.values())}
        post("source_columns", source.pk, name=list(COLUMNS), **told)
        post("source_run", source.pk)
        run_due(owner="corpus", now=timezone.now)
        pulled = Pull.objects.latest("pk")
        page = unescape(
            client.get(reverse("data:source_detail", args=[source.pk])).content.decode()
        )
        assert reason_of(pulled) in page
        assert ("仍然采用" in page) == (pulled.outcome == PullOutcome.HELD)
        job = Job.objects.filter(name="data.pull").latest("pk")
        assert job.state == ("FAILED" if pulled.outcome == PullOutcome.FAILED else "DONE")
        return pulled.code

    return pull


# What the first five rows do not show yet.
LATER = {"source_columns_missing", "source_not_plain", "source_pages_repeat"}


def check(bad: BadInput, foreign: Foreign, server: Waiting, pulling: Pulling) -> None:
    """Pull what is sound if the class needs a version before, then what is not."""
    inside = bad.generator == "addresses_inside"
    if not inside:
        server.document = rows()
        sound = Foreign("http://127.0.0.1:{port}/list", "")
        assert (pulling(sound, server.server_port), stored()) == ("", (1, N_ROWS))
    before, server.n_asked, server.document = stored(), 0, foreign.answer or []
    assert pulling(foreign, server.server_port) == foreign.code, foreign
    assert stored() == before
    if inside:
        assert server.n_asked == 0
    if (pull := Pull.objects.first()) is not None:
        assert pull.outcome == OUTCOMES[bad.outcome]
        assert Notice.objects.filter(key=f"pull:{pull.pk}").count() == 1


@pytest.mark.parametrize("way", ["by_command", "by_page"])
@pytest.mark.parametrize("bad", CLASSES, ids=str)
def test_a_class_of_other_systems_ends_as_the_index_says(bad, way, installation, request, settings):
    pulling = request.getfixturevalue(way)
    foreign = SYSTEMS[bad.generator]()
    if bad.generator != "addresses_inside":
        settings.LUOXUAN_OUTGOING = [ip_network("127.0.0.1/32")]
    with waiting() as server:
        for sample in foreign:
            with transaction.atomic():
                check(bad, sample, server, pulling)
                transaction.set_rollback(True)


def test_there_are_thirty_addresses():
    assert len(SYSTEMS["addresses_inside"]()) == 30
