"""What accounts add to the Wagtail admin."""

from wagtail.snippets.models import register_snippet

from home.accounts.establishments.admin import EstablishmentGroup

register_snippet(EstablishmentGroup)
