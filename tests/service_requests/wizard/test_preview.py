"""The wizard walked by an editor: the same pages on the latest draft of a form, and nothing that stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cms.jobs.kinds import RECURRING
from cms.jobs.models import Job
from forms_builder.models import FormVersion
from home.accounts.models import User
from service_requests.notices.models import Notice
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Draft, DraftUpload, Stash
from service_requests.wizard.preview.keeping import KEPT_FOR, forget_before
from service_requests.wizard.preview.models import Preview
from service_requests.wizard.purge import purge
from services_catalog.models import ServiceIndexPage, ServicePage
from services_catalog.organisations.models import NumberCounter
from tests.factories import DepartmentFactory, UserFactory
from tests.forms_builder.samples import TWO, condition, field, step, texts
from tests.service_requests.wizard.samples import Browser, letter
from tests.services_catalog.forms import DOUBLE, GOOD, draft_of, page_with

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FILE = {"kinds": ["png"], "max_megabytes": 1, "max_files": 1}
STORED = (ServiceRequest, Draft, DraftUpload, Attachment, Stash, Notice, NumberCounter, FormVersion)


def ending(key: str, **settings: Any) -> dict[str, Any]:
    value = {"key": key, "title": texts("لا يمكنك التقديم"), **settings}
    return {"type": "ending", "value": value, "id": f"step-{key}"}


def asks(page: ServicePage, *steps: dict[str, Any]) -> None:
    """The page's latest draft asks this; what is live does not."""
    page.form_steps = ServicePage._meta.get_field("form_steps").stream_block.to_python(list(steps))
    page.save_revision(clean=False)


@pytest.fixture
def page(services: ServiceIndexPage) -> ServicePage:
    """Never published; its draft has a condition, a group, an upload, an ending and a declaration."""
    page = page_with(services, DepartmentFactory(), slug="permit")
    name = field("short_text", "name", show_if=condition(("kind", "equals", "b")))
    people = field("group", "people", required=False, item=texts("مرافق"), fields=[field("short_text", "who")])
    asks(
        page,
        step("who", field("one_of", "kind", options=TWO), name),
        ending("no", show_if=condition(("name", "equals", "nobody")), intro=texts("لا يمكن")),
        step("papers", field("files", "letter", **FILE), people),
        step("sign", field("declaration", "honest", text=texts("أقر"))),
    )
    return page


@pytest.fixture
def walk(client: Client, editor: User, page: ServicePage) -> Browser:
    client.force_login(editor)
    return Browser(client, f"preview/{page.pk}")


def all_through(walk: Browser) -> Any:
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter()})
    walk.review()
    return walk.submit()


def stored() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in STORED}


def test_an_unpublished_form_is_walked_to_its_end_and_nothing_is_made(walk: Browser, page: ServicePage) -> None:
    assert not page.live
    before, jobs = stored(), Job.objects.count()

    sent = all_through(walk)

    assert sent.url == walk.named("apply:preview_end", walk.slug)
    assert "هنا يُرسل الطلب" in walk.client.get(sent.url).content.decode()
    assert stored() == before
    assert Job.objects.count() == jobs
    assert not Preview.objects.exists()


def test_nothing_is_stored_on_the_way_but_the_editors_own_walk(walk: Browser, editor: User) -> None:
    before = stored()
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter("my-letter.png")}, do="save")

    page = walk.open("papers").content.decode()

    assert "my-letter.png" in page
    assert stored() == before
    assert Preview.objects.get().editor == editor
    assert not storages["private"].exists("my-letter.png")


def test_only_opening_pages_stores_nothing_at_all(walk: Browser) -> None:
    assert walk.client.get(walk.named("apply:start", walk.slug)).url == walk.address("who")
    walk.open("who")

    assert not Preview.objects.exists()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_says_that_it_is_a_preview(walk: Browser, language: str) -> None:
    walk.language = language
    pages = [walk.open("who")]
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter()})
    pages.append(walk.review())
    pages.append(walk.client.get(walk.submit().url))

    for shown in pages:
        html = shown.content.decode()
        assert 'class="preview-banner"' in html
        assert f'<html lang="{language}"' in html


def test_an_answer_brings_up_a_question_and_ends_the_form(walk: Browser) -> None:
    asked = walk.send("who", {"kind": "b", "shown": "kind"}).content.decode()
    assert 'name="name"' in asked

    ended = walk.send("who", {"kind": "b", "name": "nobody", "shown": "kind name"})

    assert ended.url == walk.address("no")
    assert "لا يمكن" in walk.open("no").content.decode()


def test_rows_are_added_and_taken_away_with_their_files(walk: Browser, page: ServicePage) -> None:
    files = field("files", "proof", **FILE)
    asks(
        page,
        step(
            "all",
            field("group", "people", required=False, item=texts("مرافق"), fields=[field("short_text", "who"), files]),
        ),
    )
    walk.send("all", {"shown": "people"}, do="row-add:people")
    walk.open("all")
    row = {"people.r1.who": "سالم", "people.r1.proof": letter("salem.png")}
    walk.send_as_shown("all", row, do="row-save:people")
    assert "سالم" in walk.open("all").content.decode()
    assert [file["place"] for file in Preview.objects.get().data["files"]] == ["people.r1.proof"]

    walk.send("all", {"shown": "people"}, do="row-remove:people.r1")

    assert "سالم" not in walk.open("all").content.decode()
    assert Preview.objects.get().data["files"] == []


def test_a_file_of_a_wrong_kind_is_refused_as_for_citizens(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    wrong = letter("letter.exe")

    html = walk.send("papers", {"shown": "letter people", "letter": wrong}).content.decode()

    assert 'class="error-summary"' in html
    assert "files" not in Preview.objects.get().data or Preview.objects.get().data["files"] == []


def test_a_file_is_removed_again(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter()}, do="save")
    kept = Preview.objects.get().data["files"][0]["id"]

    walk.send("papers", {"shown": "letter people", "remove-file": kept})

    assert Preview.objects.get().data["files"] == []


def test_what_is_missing_is_asked_for_before_the_end(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter()})
    walk.review()

    refused = walk.submit(honest="")

    assert refused.status_code == 200
    assert 'class="error-summary"' in refused.content.decode()


def test_the_end_is_not_reached_before_the_review(walk: Browser) -> None:
    assert walk.submit().url == walk.address("who")


def test_the_review_offers_no_file_that_was_not_kept(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.send("papers", {"shown": "letter people", "letter": letter("my-letter.png")})

    html = walk.review().content.decode()

    assert "my-letter.png" in html
    assert "/requests/files/" not in html


def test_a_form_that_was_changed_is_walked_from_its_beginning(walk: Browser, page: ServicePage) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    asks(page, step("who", field("short_text", "kind")), step("more", field("short_text", "else")))

    start = walk.client.get(walk.named("apply:start", walk.slug), follow=True)

    assert start.request["PATH_INFO"] == walk.address("who")
    assert "تغيّر النموذج" in start.content.decode()
    assert walk.send("who", {"kind": "x", "shown": "kind"}).url == walk.address("more")
    assert set(Preview.objects.get().data["step_data"]) == {"who"}


def test_begin_again_forgets_what_was_typed(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})

    again = walk.client.post(walk.named("apply:preview_again", walk.slug))

    assert again.url == walk.named("apply:start", walk.slug)
    assert not Preview.objects.exists()


def test_a_late_window_overwrites_nothing(walk: Browser) -> None:
    walk.open("who")
    late_page = walk.hidden
    walk.send("who", {"kind": "a", "shown": "kind"})
    walk.hidden = late_page

    late = walk.send_as_shown("who", {"kind": "b", "shown": "kind"})

    assert late.status_code == 409
    assert Preview.objects.get().data["extra_data"]["answers"] == {"kind": "a"}


@pytest.mark.parametrize(("keys", "words"), [(DOUBLE, "name"), ((), "أضف خطوة")])
def test_faults_are_shown_where_the_form_does_not_work(
    walk: Browser, page: ServicePage, keys: tuple[str, ...], words: str
) -> None:
    draft_of(page, *keys) if keys else asks(page)

    for name in ("apply:start", "apply:review"):
        html = walk.client.get(walk.named(name, walk.slug)).content.decode()
        assert words in html
        assert '<form class="form"' not in html
    assert words in walk.client.post(walk.address("who"), {"kind": "a"}).content.decode()
    assert not Preview.objects.exists()


def test_a_form_in_one_language_only_is_walked_all_the_same(walk: Browser, page: ServicePage) -> None:
    arabic = field("short_text", "name")
    arabic["value"]["label"] = {"ar": "الاسم", "en": ""}
    asks(page, step("first", arabic))
    walk.language = "en"

    assert "الاسم" in walk.open("first").content.decode()


def test_a_service_without_a_department_says_so(walk: Browser, page: ServicePage) -> None:
    page.department = None
    page.save_revision(clean=False)

    assert "اختر الإدارة" in walk.client.get(walk.named("apply:start", walk.slug)).content.decode()


def test_a_preview_grows_old_within_an_hour(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})

    assert forget_before(timezone.now() - timedelta(minutes=1)) == 0
    assert forget_before(timezone.now() + timedelta(minutes=1)) == 1
    assert KEPT_FOR + RECURRING["forget_previews"].every < timedelta(hours=1)


def test_an_own_draft_of_the_same_service_is_left_alone(walk: Browser, editor: User, page: ServicePage) -> None:
    draft_of(page, *GOOD).publish()
    citizen = Browser(walk.client, page.slug)
    citizen.send("first", {"name": "سالم", "place": "هنا", "shown": "name place"})
    before = Draft.objects.get()

    asks(page, step("first", field("short_text", "other")))
    walk.send("first", {"other": "x", "shown": "other"})
    walk.review()
    walk.submit()

    after = Draft.objects.get()
    assert (after.data, after.revision) == (before.data, before.revision)
    assert not ServiceRequest.objects.exists()


def test_a_service_may_be_called_preview(client: Client, citizen: User, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, slug="preview", live=True)
    client.force_login(citizen)
    browser = Browser(client, page.slug)

    assert browser.send("first", {"name": "سالم", "place": "هنا", "shown": "name place"}).url == browser.named(
        "apply:review", "preview"
    )
    assert browser.submit().url.endswith("/received/")


def test_the_page_is_deleted_with_its_previews(walk: Browser, page: ServicePage) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})

    page.delete()

    assert not Preview.objects.exists()


def test_only_our_own_pages_may_frame_it(walk: Browser, page: ServicePage) -> None:
    inside = walk.open("who")
    assert "frame-ancestors 'self'" in inside["Content-Security-Policy"]
    assert inside["X-Frame-Options"] == "SAMEORIGIN"
    draft_of(page, *GOOD).publish()

    outside = walk.client.get(Browser(walk.client, page.slug).address("first"))

    assert "frame-ancestors 'none'" in outside["Content-Security-Policy"]
    assert outside["X-Frame-Options"] == "DENY"


# -- the editor's side


def frame(page: ServicePage, **query: str) -> str:
    return reverse("service_requests_preview", args=[page.pk], query=query)


def test_the_editor_of_a_service_links_to_its_preview(walk: Browser, page: ServicePage) -> None:
    html = walk.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert frame(page) in html


@pytest.mark.parametrize(("language", "width"), [("ar", "phone"), ("en", "desktop")])
def test_the_frame_shows_it_in_either_language_at_either_width(
    walk: Browser, page: ServicePage, language: str, width: str
) -> None:
    html = walk.client.get(frame(page, language=language, width=width)).content.decode()

    assert f'src="/{language}/apply/preview/{page.pk}/"' in html
    assert f"diwan-preview--{width}" in html


def test_a_frame_with_a_forged_choice_is_the_usual_one(walk: Browser, page: ServicePage) -> None:
    html = walk.client.get(frame(page, language='x"><script>', width="wall")).content.decode()

    assert f'src="/ar/apply/preview/{page.pk}/"' in html
    assert "diwan-preview--phone" in html


@pytest.mark.parametrize("language", ["ar", "en"])
def test_wagtails_preview_of_the_page_is_marked_and_leads_into_that_of_the_form(
    walk: Browser, page: ServicePage, language: str
) -> None:
    shown = page
    if language != settings.LANGUAGE_CODE:
        with override(language):
            shown = translated(page, language)

    html = walk.client.get(reverse("wagtailadmin_pages:view_draft", args=[shown.pk])).content.decode()

    assert f'<html lang="{language}"' in html
    assert 'class="preview-banner"' in html
    assert f'href="/{language}/apply/preview/{page.pk}/"' in html


def translated(page: ServicePage, language: str) -> ServicePage:
    from wagtail.models import Locale

    copy: ServicePage = page.copy_for_translation(Locale.objects.get(language_code=language), copy_parents=True)
    copy.title = "A permit"
    copy.save_revision(clean=False)
    return copy


def test_the_published_page_says_nothing_of_a_preview(walk: Browser, page: ServicePage) -> None:
    draft_of(page, *GOOD).publish()

    html = walk.client.get(ServicePage.objects.get(pk=page.pk).get_url()).content.decode()

    assert "preview" not in html


# -- nobody else


@pytest.mark.parametrize("role", ["citizen", "clerk", "supervisor", "auditor"])
def test_for_everybody_else_there_is_no_preview(client: Client, page: ServicePage, role: str) -> None:
    client.force_login(UserFactory(**{role: True}))
    browser = Browser(client, f"preview/{page.pk}")

    for name in ("start", "review", "submit", "preview_end", "preview_again"):
        address = browser.named(f"apply:{name}", browser.slug)
        assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, name
    assert client.get(browser.address("who")).status_code == 404
    assert client.post(browser.address("who"), {"kind": "a"}).status_code == 404
    assert client.get(frame(page)).status_code in {302, 404}
    assert not Preview.objects.exists()


def test_whoever_is_not_signed_in_is_asked_to(client: Client, page: ServicePage) -> None:
    browser = Browser(client, f"preview/{page.pk}")

    for address in (browser.named("apply:start", browser.slug), browser.address("who")):
        assert "/account/login/" in client.get(address).url
        assert "/account/login/" in client.post(address, {"kind": "a"}).url
    assert not Stash.objects.exists()


def test_a_page_that_is_not_there_has_no_preview(walk: Browser) -> None:
    assert walk.client.get(walk.named("apply:start", "preview/999999999")).status_code == 404


def test_two_editors_walk_apart(walk: Browser, page: ServicePage) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})
    other = Client()
    other.force_login(UserFactory(editor=True))

    assert other.get(walk.address("papers")).url == walk.address("who")


# -- a preview never becomes a request


def test_what_a_preview_sends_elsewhere_makes_no_request(walk: Browser, page: ServicePage) -> None:
    """Its ticket, posted to the doors of the published form."""
    draft_of(page, *GOOD).publish()
    asks(page, step("first", field("short_text", "other")))
    walk.send("first", {"other": "x", "shown": "other"})
    walk.review()
    real = Browser(walk.client, page.slug)

    for address in (real.named("apply:submit", page.slug), real.named("apply:review", page.slug)):
        walk.client.post(address, {**walk.hidden, "honest": "on"})
        walk.client.post(address, {**walk.hidden, "ticket": "", "honest": "on"})

    assert not ServiceRequest.objects.exists()
    assert not Notice.objects.exists()
    assert not NumberCounter.objects.exists()


def test_previews_are_not_among_the_drafts(walk: Browser) -> None:
    walk.send("who", {"kind": "a", "shown": "kind"})

    html = walk.client.get(walk.named("my_requests:list") + "?show=drafts").content.decode()

    assert "خدمة تصريح" not in html
    purge(timezone.now())
    assert Preview.objects.exists()
