"""That task lists become tasks, and tasks a dataset."""

from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.goals.actions.intake import DATASET
from luoxuan.goals.records import TASKS


def lineage(rights: Rights | None) -> Lineage:
    """Return the task list between the dataset it is read from and its records."""
    may = rights is None or rights.scope(Resource.TASK, Action.LIST) is not None
    url = reverse("goals:task_list") if may else ""
    found = Lineage()
    node = found.add(Node(NodeKind.TASK_LIST, "tasks", gettext("年度任务"), "", url))
    found.tie(f"{NodeKind.DATASET}:{DATASET}", node.key)
    found.tie(node.key, f"{NodeKind.DATASET}:{TASKS}")
    return found
