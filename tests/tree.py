"""The rows that migrations leave behind, and the tree of pages every test stands on.

`plant` may be called at any time: it makes what is missing.
"""

from django.conf import settings
from wagtail.models import Collection, Locale, Page, Site

from home.front.models import HomePage
from service_requests.workflow.groups import set_up_groups
from services_catalog.models import ServiceIndexPage

HOME_SLUG = "home"
SERVICES_SLUG = "services"


def plant() -> None:
    """Make locales, root collection, root page, site, home and catalogue where they are missing."""
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=Locale.get_default())
    )
    if not HomePage.objects.exists():
        _grow(root)
        # Editors have their rights on the root page; after a flush they were made without one.
        set_up_groups()


def home() -> HomePage:
    return HomePage.objects.get(locale=Locale.get_default())


def services() -> ServiceIndexPage:
    return ServiceIndexPage.objects.get(locale=Locale.get_default())


def _grow(root: Page) -> None:
    # The welcome page that Wagtail's migrations leave, and the site that points at it.
    for page in root.get_children():
        page.delete()
    Site.objects.all().delete()
    Site.clear_site_root_paths_cache()
    root.refresh_from_db()

    arabic, english = Locale.get_default(), Locale.objects.get(language_code="en")
    front = root.add_child(instance=HomePage(title="الرئيسية", slug=HOME_SLUG, locale=arabic))
    Site.objects.create(hostname="localhost", port=80, is_default_site=True, root_page=front)
    catalogue = front.add_child(instance=ServiceIndexPage(title="الخدمات", slug=SERVICES_SLUG, locale=arabic))

    for page, title in ((front, "Home"), (catalogue, "Services")):
        translation = page.copy_for_translation(english)
        translation.title = title
        translation.save_revision().publish()
