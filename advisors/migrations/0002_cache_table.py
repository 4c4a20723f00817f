from django.db import migrations


class Migration(migrations.Migration):
    """The shared cache in which sign-in attempts are counted across processes."""

    dependencies = [("advisors", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE advisors_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX advisors_cache_expires ON advisors_cache (expires);
            """,
            "DROP TABLE advisors_cache",
        )
    ]
