from django.db import migrations, models


class Migration(migrations.Migration):
    # Of its own: PostgreSQL alters no table that has rows written in the same transaction.
    dependencies = [("core", "0002_background")]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="sequence",
            field=models.BigIntegerField(unique=True),
        ),
    ]
