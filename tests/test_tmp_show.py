import os, pytest, re
from collections import Counter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from luoxuan.testing.college import fill_college, open_user
from luoxuan.testing.filling import fill_packages
from luoxuan.data.models import ImportBatch
from luoxuan.testing.modules import open_warehouse
pytestmark = pytest.mark.django_db
def test_show(tmp_path, settings):
    open_warehouse(settings, tmp_path)
    fill_college(tmp_path)
    users = {n: open_user(n) for n in ("office","president","east","math","teacher","student")}
    keys = {"batch": ImportBatch.objects.get().pk, **fill_packages(users, tmp_path)}
    from luoxuan.monitoring.models import Watch
    if os.environ.get("NAMES"): Watch.objects.update(names=["student_id"])
    for one in os.environ["SHOW"].split():
        name, address = one.split("@")
        c = Client(); c.force_login(users[name])
        for _ in (1,2):
            with CaptureQueriesContext(connection) as q:
                a = c.get(address.format_map(keys))
        print("=====", one, a.status_code, len(q))
        for i, x in enumerate(q.captured_queries):
            s = re.sub(r'SELECT .* FROM', 'SELECT … FROM', x["sql"], count=0)[:230]
            print(i, s)
