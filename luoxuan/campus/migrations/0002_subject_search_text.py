"""Subjects are found by pinyin too: the column and its text for the rows that are there."""

from django.db import migrations, models

from luoxuan.campus.search import search_text


def fill(apps, schema_editor):
    Subject = apps.get_model("campus", "Subject")
    rows = list(Subject.objects.filter(search_text="").only("pk", "code", "name", "name_en"))
    for row in rows:
        row.search_text = search_text(code=row.code, name=row.name, name_en=row.name_en)
    Subject.objects.bulk_update(rows, ["search_text"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("campus", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="search_text",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
