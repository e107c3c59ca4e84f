"""What the project itself adds to the Wagtail admin."""

from wagtail import hooks

from cms.scoped import ScopedDelete

# After the stock action of the same name, which it replaces for scoped records.
hooks.register("register_bulk_action", ScopedDelete, order=50)
