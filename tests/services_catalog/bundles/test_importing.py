"""Importing says first what it would do, does all of it or nothing, and leaves alone what editors changed."""

import io
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from forms_builder.models import Form, FormVersion
from services_catalog.bundles import BundleRefused, export_service, import_bundle, plan_of, unpack
from services_catalog.bundles.archive import Related
from services_catalog.bundles.planning import Plan, Verdict
from services_catalog.content.media import Packed
from services_catalog.going_live import NotReadyToGoLive
from services_catalog.models import ImportedRecord, ServiceCategory, ServicePage
from services_catalog.organisations.models import Department, Organisation
from tests.services_catalog.bundles.conftest import service
from tests.services_catalog.bundles.parking import PAPER, SLUG, SUBJECT, TOWN, bundled, packed, parking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services")]


def verdicts(plan: Plan) -> dict[str, str]:
    return {item.key: item.verdict.value for item in plan.items}


def counts() -> list[int]:
    models = (Page, Revision, FormVersion, Organisation, Department, ServiceCategory, get_document_model())
    return [model.objects.count() for model in models]


def refused(content: Any, **kwargs: Any) -> list[str]:
    """What is said when it is refused; whatever that is, nothing was written."""
    before = [*counts(), ImportedRecord.objects.count()]
    with pytest.raises(BundleRefused) as refusal:
        import_bundle(content, **kwargs)
    assert [*counts(), ImportedRecord.objects.count()] == before
    return refusal.value.messages


def stored_files() -> list[str]:
    try:
        return default_storage.listdir("documents")[1]
    except FileNotFoundError:
        return []


def test_the_plan_names_what_is_new_and_writes_nothing() -> None:
    before = counts()

    plan = plan_of(bundled())

    assert verdicts(plan) == {"town": "create", "town/roads": "create", "driving": "create", SLUG: "create"}
    assert counts() == before


def test_importing_makes_everything_and_publishes_in_both_languages() -> None:
    import_bundle(bundled())

    arabic, english = service(SLUG), service(SLUG, "en")
    assert (arabic.title, english.title) == ("تصريح وقوف", "Parking permit")
    assert arabic.live
    assert english.live
    assert "<b>here</b>" in english.description
    assert arabic.organisation is not None
    assert arabic.organisation.phone == "199 001"
    assert arabic.guides[0].value["document"].title == PAPER.title


def test_one_word_may_be_translated_differently_in_two_places() -> None:
    one, single = {"ar": "واحد", "en": "One"}, {"ar": "واحد", "en": "Single"}

    import_bundle(bundled(parking(conditions=[one], beneficiaries=[single])))

    page = service(SLUG, "en")
    assert [page.conditions[0].value, page.beneficiaries[0].value] == ["One", "Single"]


def test_importing_again_changes_nothing() -> None:
    import_bundle(bundled())
    before = counts()

    outcome = import_bundle(bundled())

    assert outcome.written == ()
    assert set(verdicts(outcome.plan).values()) == {"same"}
    assert counts() == before
    assert len(stored_files()) == 1


def test_a_newer_bundle_changes_what_changed() -> None:
    import_bundle(bundled())
    newer = bundled(parking(summary={"ar": "تصريح جديد.", "en": "A new permit."}))

    plan = plan_of(newer)
    import_bundle(newer)

    assert verdicts(plan) == {"town": "same", "town/roads": "same", "driving": "same", SLUG: "change"}
    assert next(item.parts for item in plan.changes) == ("summary",)
    assert service(SLUG, "en").summary == "A new permit."
    assert FormVersion.objects.filter(form__translation_key=service(SLUG).translation_key).count() == 1


def test_a_changed_question_makes_a_second_version_of_the_form_and_keeps_its_blocks() -> None:
    import_bundle(bundled())
    blocks = [step.id for step in service(SLUG).form_steps]
    colour = {"type": "short_text", "key": "colour", "label": {"ar": "اللون", "en": "Colour"}}
    steps = [{**parking()["form_steps"][0], "fields": [colour, SUBJECT]}]

    import_bundle(bundled(parking(form_steps=steps)))

    assert [step.id for step in service(SLUG).form_steps] == blocks
    assert Form.objects.get(translation_key=service(SLUG).translation_key).versions.count() == 2


def test_what_a_file_does_not_say_any_more_is_taken_off_the_page() -> None:
    import_bundle(bundled())

    import_bundle(bundled(parking(conditions=None, description=None)))

    assert not service(SLUG).conditions
    assert not service(SLUG, "en").conditions
    assert service(SLUG).description == ""


@pytest.mark.parametrize("is_published", [True, False])
def test_what_an_editor_changed_since_is_left_alone_and_told(is_published: bool) -> None:
    import_bundle(bundled())
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    revision = page.save_revision()
    if is_published:
        revision.publish()
    newer = bundled(parking(summary={"ar": "من الملف.", "en": "From the file."}))

    outcome = import_bundle(newer)

    assert [item.key for item in outcome.plan.conflicts] == [SLUG]
    assert outcome.written == ()
    assert service(SLUG).get_latest_revision_as_object().summary == "كتبه المحرر."


def test_what_an_editor_changed_in_a_translation_is_left_alone_too() -> None:
    import_bundle(bundled())
    page = service(SLUG, "en")
    page.summary = "Written by the editor."
    page.save_revision().publish()

    plan = plan_of(bundled(parking(title={"ar": "تصريح", "en": "Permit"})))

    assert verdicts(plan)[SLUG] == "conflict"


def test_by_force_the_bundle_wins() -> None:
    import_bundle(bundled())
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    page.save_revision().publish()

    import_bundle(bundled(), force=True)

    assert service(SLUG).summary == "تصريح لوقوف سيارتك."


def test_an_office_that_was_made_here_keeps_its_own_telephone() -> None:
    own = {name: value for name, value in TOWN.items() if name not in ("departments", "categories", "phone")}
    Organisation.objects.create(**own, phone="911")

    outcome = import_bundle(bundled())

    assert verdicts(outcome.plan)["town"] == "conflict"
    assert Organisation.objects.get(key="town").phone == "911"
    assert service(SLUG).live


def test_what_a_service_needs_and_nobody_has_is_told_by_name() -> None:
    town = {**TOWN, "categories": []}

    said = refused(bundled(parking(department="town/bridges"), town=town))

    assert len(said) == 2
    assert "bridges" in said[0]
    assert "driving" in said[1]


def test_a_department_that_is_here_already_need_not_travel() -> None:
    import_bundle(bundled())

    plan = plan_of(bundled(parking(title={"ar": "تصريح", "en": "Permit"}), town=None))

    assert plan.problems == []


def test_another_page_at_the_same_address_is_told() -> None:
    import_bundle(bundled())

    said = refused(bundled(parking(translation_key=str(uuid.uuid4()))))

    assert len(said) == 1
    assert SLUG in said[0]
    assert "تصريح وقوف" in said[0]


def test_a_form_with_a_fault_is_refused_at_its_step_and_question() -> None:
    asks = {**SUBJECT, "show_if": {"rules": [{"type": "rule", "field": "nothing", "operator": "equals", "value": "1"}]}}
    steps = [{**parking()["form_steps"][0], "fields": [asks]}]

    said = refused(bundled(parking(form_steps=steps)))

    assert any("السيارة › اللوحة" in message or "The car › Number plate" in message for message in said)
    assert stored_files() == []


def test_conditions_in_a_circle_are_refused_in_words() -> None:
    def asks(key: str, other: str) -> dict[str, Any]:
        rule = {"type": "rule", "field": other, "operator": "equals", "value": "1"}
        return {"type": "short_text", "key": key, "label": {"ar": key, "en": key}, "show_if": {"rules": [rule]}}

    steps = [{**parking()["form_steps"][0], "fields": [SUBJECT, asks("one", "two"), asks("two", "one")]}]

    assert refused(bundled(parking(form_steps=steps)))


def asking_when(operator: Any) -> dict[str, Any]:
    """A form whose second question is shown when the first compares in this way."""
    rule = {"type": "rule", "field": "plate", "operator": operator, "value": "1"}
    label = {"ar": "سؤال", "en": "Question"}
    question = {"type": "short_text", "key": "one", "label": label, "show_if": {"rules": [rule]}}
    return parking(form_steps=[{**parking()["form_steps"][0], "fields": [SUBJECT, question]}])


@pytest.mark.parametrize("operator", ["!!", "==", "if", "", None])
def test_a_comparison_that_nobody_knows_is_refused_at_its_rule(operator: Any) -> None:
    said = refused(bundled(asking_when(operator)))

    assert len(said) == 1
    assert "سؤال" in said[0]
    assert "المقارنة" in said[0]


@pytest.mark.parametrize("operator", ["!!", "==", ""])
def test_a_draft_with_a_comparison_that_nobody_knows_goes_live_by_no_door(operator: str) -> None:
    import_bundle(bundled(asking_when(operator)), live=False)
    page = service(SLUG)

    with pytest.raises(NotReadyToGoLive) as refusal:
        page.get_latest_revision().publish()

    assert len(refusal.value.faults[0].message) > 10
    assert not service(SLUG).live


def test_a_registry_that_nobody_has_is_told_by_name_and_nothing_is_imported() -> None:
    question = {
        "type": "lookup",
        "key": "permit",
        "label": {"ar": "التصريح", "en": "Permit"},
        "registry": "town/permits",
        "show": ["name"],
    }
    asking = parking(form_steps=[{**parking()["form_steps"][0], "fields": [SUBJECT, question]}])

    for live in (True, False):
        said = refused(bundled(asking), live=live)

        assert len(said) == 1
        assert "town/permits" in said[0]


def test_as_a_draft_it_may_be_unfinished_and_nobody_sees_it() -> None:
    steps = [{**parking()["form_steps"][0], "fields": []}]

    import_bundle(bundled(parking(form_steps=steps)), live=False)

    page = service(SLUG)
    assert not page.live
    assert page.get_latest_revision_as_object().form_steps[0].value["key"] == "car"
    assert not ServicePage.objects.filter(slug=SLUG, live=True).exists()


def test_a_draft_that_was_imported_can_be_published_by_importing_it() -> None:
    import_bundle(bundled(), live=False)

    outcome = import_bundle(bundled())

    assert [item.verdict for item in outcome.written] == [Verdict.CHANGE]
    assert service(SLUG).live
    assert service(SLUG, "en").live


def test_a_draft_of_a_published_service_leaves_what_readers_see() -> None:
    import_bundle(bundled())

    import_bundle(bundled(parking(title={"ar": "اسم آخر", "en": "Another name"})), live=False)

    assert service(SLUG).title == "تصريح وقوف"
    assert service(SLUG).get_latest_revision_as_object().title == "اسم آخر"


def test_a_service_that_is_referred_to_gets_a_place_which_importing_it_fills() -> None:
    key = uuid.uuid4()
    other = {"other-permit": Related(translation_key=key, title="تصريح آخر")}
    asking = packed(parking(related_services=["other-permit"]), related=other)

    import_bundle(unpack(asking))
    place = service("other-permit")
    first = export_service(service(SLUG))
    import_bundle(bundled(parking(slug="other-permit", translation_key=str(key), title={"ar": "ب", "en": "B"})))

    assert not place.live
    assert Related(translation_key=key, title="تصريح آخر") == unpack(first).related["other-permit"]
    assert service("other-permit").pk == place.pk
    assert service("other-permit").live


def test_a_page_an_editor_made_keeps_its_ids_and_keys() -> None:
    import_bundle(bundled())
    page = service(SLUG)
    made = page.copy(update_attrs={"slug": "made-here", "title": "صنع هنا"}, user=None)
    raw = [{**entry, "id": str(uuid.uuid4())} for entry in made.form_steps.get_prep_value()]
    made.form_steps = made.form_steps.stream_block.to_python(raw)
    made.description = '<p data-block-key="abcde">نص <b>مهم</b></p>'
    made.save_revision().publish()
    made.refresh_from_db()
    exported = export_service(made)

    steps = [step.id for step in made.form_steps]
    made.delete()
    again = import_bundle(unpack(exported)).pages[0]

    assert [step.id for step in again.form_steps] == steps
    assert 'data-block-key="abcde"' in again.description
    assert export_service(again) == exported


def test_a_document_with_the_same_name_and_other_content_is_no_substitute() -> None:
    import_bundle(bundled())
    other = type(PAPER)(PAPER.name, PAPER.title, b"%PDF-1.4 another guide")

    import_bundle(bundled(parking(summary={"ar": "جديد", "en": "New"}), media=(other,)), force=True)

    document = service(SLUG).guides[0].value["document"]
    with document.file.open() as stored:
        assert stored.read() == other.content
    assert get_document_model().objects.count() == 2


def test_rich_text_keeps_only_what_the_editor_could_write() -> None:
    text = '<p onclick="x()">a<script>alert(1)</script><a href="javascript:alert(1)">b</a></p><iframe src="x"></iframe>'

    import_bundle(bundled(parking(description={"ar": text, "en": text})))

    for language in ("ar", "en"):
        html = service(SLUG, language).description
        assert not any(bad in html for bad in ("<script", "javascript:", "onclick", "iframe"))


def test_what_was_planned_is_what_is_imported() -> None:
    planned = plan_of(bundled()).digest
    import_bundle(bundled())
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    page.save_revision().publish()

    said = refused(bundled(), planned=planned)

    assert len(said) == 1


def test_the_emblem_of_a_body_travels_and_is_not_doubled() -> None:
    picture = io.BytesIO()
    Picture.new("RGB", (40, 40), "green").save(picture, "PNG")
    packing = Packed()
    name = packing.add("Emblem", "emblem.png", picture.getvalue())
    files = (PAPER, packing.files[name])

    for _time in range(2):
        import_bundle(bundled(town={**TOWN, "emblem": name}, media=files), force=True)

    assert get_image_model().objects.count() == 1
    assert unpack(export_service(service(SLUG))).records["organisation"]["emblem"] == name


def test_an_emblem_that_is_no_picture_is_refused() -> None:
    packing = Packed()
    name = packing.add("Emblem", "emblem.png", b"<svg onload='x()'></svg>")

    said = refused(bundled(town={**TOWN, "emblem": name}, media=(PAPER, packing.files[name])))

    assert name in said[0]
