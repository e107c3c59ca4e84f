"""Public inquiry looks for requests by the number that the office files them under."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service_requests", "0015_acting_for")]

    operations = [
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                fields=["organisation", "transaction_number"],
                condition=models.Q(("transaction_number", ""), _negated=True),
                name="request_transaction_number",
            ),
        ),
    ]
