"""The versions that earlier runs read are pinned, as those of new runs are."""

from django.db import migrations


def pin_inputs(apps, schema_editor):
    """Write the pin of every input that has none."""
    run_input = apps.get_model("indicators", "RunInput")
    pin = apps.get_model("data", "Pin")
    held = set(pin.objects.values_list("version_id", "url"))
    rows = run_input.objects.select_related("run").order_by("id")
    pin.objects.bulk_create(
        [
            pin(
                version_id=row.dataset_version_id,
                origin=f"第 {row.run.number} 次计算",
                url=f"run:{row.run.number}",
                by_id=row.run.by_id,
                at=row.run.started_at,
            )
            for row in rows
            if (row.dataset_version_id, f"run:{row.run.number}") not in held
        ],
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("data", "0012_upkeep")]
    operations = [migrations.RunPython(pin_inputs, migrations.RunPython.noop)]
