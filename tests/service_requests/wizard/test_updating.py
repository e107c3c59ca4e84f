"""An application that meets a newer version of its form: told, moved on consent, nothing lost on the way."""

from typing import Any

import pytest

from forms_builder.models import Form, FormVersion
from forms_builder.publishing import digest_of, publish, retire
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard import updating
from service_requests.wizard.models import Draft, Stash
from services_catalog.models import ServicePage
from tests.factories import DraftFactory
from tests.service_requests.wizard.samples import (
    APPLICANT,
    COMPANY,
    VISIT,
    VISIT_ANSWERS,
    Browser,
    both,
    letter,
    options,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PLATE = FieldSpec(key="plate", type="short_text", label=both("Plate"))
SUBJECT = "مناقشة صك"


def changed(spec: FormSpec, step: str, *, without: tuple[str, ...] = (), more: tuple[FieldSpec, ...] = ()) -> FormSpec:
    """The same form with questions of one step taken away, replaced in their place, or added to its end."""
    new = {field.key: field for field in more}

    def fields(one: StepSpec) -> tuple[FieldSpec, ...]:
        kept = [new.pop(field.key, field) for field in one.fields if field.key not in without]
        return (*kept, *new.values())

    return spec.model_copy(
        update={
            "steps": tuple(
                one.model_copy(update={"fields": fields(one)}) if one.key == step else one for one in spec.steps
            )
        }
    )


WITH_PLATE = changed(VISIT, "visit", more=(PLATE,))


@pytest.fixture
def filled(browser: Browser) -> Browser:
    """Every step answered, nothing sent."""
    browser.fill_in()
    return browser


def published(service: ServicePage, spec: FormSpec) -> FormVersion:
    return publish(service.translation_key, spec)


def draft() -> Draft:
    return Draft.objects.select_related("form_version").get(closed_at=None)


def answers() -> dict[str, Any]:
    return dict(draft().data["extra_data"]["answers"])


def look(browser: Browser) -> str:
    response = browser._seen(browser.client.get(browser.named("apply:update", browser.slug)))
    assert response.status_code == 200
    return str(response.content.decode())


def press(browser: Browser, do: str = updating.MOVE, **more: str) -> Any:
    """Press a button on the page as it was looked at."""
    return browser.client.post(browser.named("apply:update", browser.slug), {**browser.hidden, "do": do, **more})


def move(browser: Browser) -> Any:
    look(browser)
    return press(browser)


# -- told


def test_every_page_tells_of_the_newer_form_once_and_leads_to_what_changed(
    filled: Browser, service: ServicePage
) -> None:
    published(service, WITH_PLATE)
    link = f'href="{filled.named("apply:update", filled.slug)}"'

    pages = [filled.open(step).content.decode() for step in ("applicant", "visit", "company")]
    pages.append(filled.review().content.decode())

    assert [page.count(link) for page in pages] == [1, 1, 1, 1]


def test_who_goes_on_with_the_form_as_it_was_is_asked_no_more(filled: Browser, service: ServicePage) -> None:
    old = draft().form_version
    published(service, WITH_PLATE)
    look(filled)

    response = press(filled, updating.STAY)

    assert filled.client.get(response.url).url == filled.named("apply:review", filled.slug)
    page = filled.review().content.decode()
    assert 'class="notice__title"' not in page
    assert filled.named("apply:update", filled.slug) in page
    assert filled.submit().status_code == 303
    assert ServiceRequest.objects.get().form_version == old


def test_a_still_newer_form_is_told_again(filled: Browser, service: ServicePage) -> None:
    published(service, WITH_PLATE)
    look(filled)
    press(filled, updating.STAY)

    published(service, changed(WITH_PLATE, "company", without=("more",)))

    assert 'class="notice__title"' in filled.review().content.decode()


def test_without_a_newer_form_the_page_leads_on(filled: Browser) -> None:
    response = filled.client.get(filled.named("apply:update", filled.slug))

    assert response.status_code == 303
    assert response.url == filled.named("apply:start", filled.slug)


def test_the_page_lists_what_changed_what_is_kept_and_what_is_not(filled: Browser, service: ServicePage) -> None:
    published(service, changed(VISIT, "visit", without=("subject",), more=(PLATE,)))

    page = look(filled)

    assert "Plate ع" in page
    assert SUBJECT in page
    assert "letter.png" in page
    assert draft().form_version.number == 1
    assert answers()["subject"] == SUBJECT


def test_another_persons_draft_is_not_touched(filled: Browser, service: ServicePage) -> None:
    other = DraftFactory(service=service)
    published(service, WITH_PLATE)
    look(filled)

    press(filled)

    other.refresh_from_db()
    assert other.form_version.number == 1


# -- moved


def test_moving_keeps_what_fits_and_asks_only_what_is_new(filled: Browser, service: ServicePage) -> None:
    before = answers()
    published(service, WITH_PLATE)

    response = move(filled)

    assert response.url == f"{filled.address('visit')}?return=review"
    assert draft().form_version.number == 2
    assert answers() == before
    page = filled.open("visit", "?return=review").content.decode()
    assert SUBJECT in page
    assert "letter.png" in page
    assert "error-summary" not in page
    assert filled.send_as_shown("visit", {**VISIT_ANSWERS, "plate": "ABC", "shown": filled.hidden["shown"]}).url == (
        filled.named("apply:review", filled.slug)
    )
    filled.review()
    assert filled.submit().status_code == 303
    request = ServiceRequest.objects.get()
    assert request.form_version.number == 2
    assert request.answers["plate"] == "ABC"
    assert Attachment.objects.get().request == request


def test_with_nothing_new_to_answer_the_review_follows(filled: Browser, service: ServicePage) -> None:
    published(service, changed(VISIT, "visit", without=("subject",)))

    response = move(filled)

    assert response.url == filled.named("apply:review", filled.slug)
    assert "subject" not in answers()


def test_who_stood_in_the_middle_goes_on_from_what_is_new_to_what_was_left(
    browser: Browser, service: ServicePage
) -> None:
    browser.send("applicant", APPLICANT)
    published(service, changed(VISIT, "applicant", more=(PLATE,)))

    assert move(browser).url == f"{browser.address('applicant')}?return=review"
    browser.open("applicant", "?return=review")
    response = browser.send_as_shown("applicant", {**APPLICANT, "plate": "ABC", "shown": browser.hidden["shown"]})

    assert response.url.startswith(browser.address("visit"))


def test_files_of_questions_that_are_gone_are_deleted_and_others_stay(filled: Browser, service: ServicePage) -> None:
    filled.send("company", {**COMPANY, "more": letter("more.png")})
    published(service, changed(VISIT, "company", without=("more",)))

    page = look(filled)
    assert "more.png" in page
    assert Attachment.objects.count() == 2
    press(filled)

    assert [file.name for file in Attachment.objects.all()] == ["letter.png"]


def test_entries_move_with_their_files(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    browser.send("company", COMPANY, do="row-add:companions")
    browser.send("company", {"companions.r1.who": "Salem", "companions.r1.proof": letter("proof.png"),
                             "shown.companions.r1": "who proof", **COMPANY}, do="row-save:companions")  # fmt: skip
    browser.send("company", COMPANY)
    car = FieldSpec(key="car", type="short_text", label=both("Car"))
    (companions,) = (field for field in VISIT.fields() if field.key == "companions")
    asks_more = companions.model_copy(update={"fields": (*companions.fields, car)})
    published(service, changed(VISIT, "company", more=(asks_more,)))

    response = move(browser)

    assert response.url == f"{browser.address('company')}?return=review"
    (row,) = answers()["companions"]
    assert (row["_row"], row["who"]) == ("r1", "Salem")
    page = browser.open("company", "?return=review").content.decode()
    assert "error-summary" in page
    browser.send("company", COMPANY, do="row-edit:companions.r1")
    browser.send("company", {"companions.r1.who": "Salem", "companions.r1.car": "ABC",
                             "shown.companions.r1": "who proof car", **COMPANY}, do="row-save:companions")  # fmt: skip
    assert browser.send("company", COMPANY).status_code == 303
    browser.review()
    assert browser.submit().status_code == 303
    (sent,) = ServiceRequest.objects.get().answers["companions"]
    assert (sent["car"], sent["proof"][0]["name"]) == ("ABC", "proof.png")


def test_an_option_that_is_gone_is_asked_for_again(filled: Browser, service: ServicePage) -> None:
    party = FieldSpec(key="party", type="one_of", label=both("Party"), options=options("branch", "court"))
    published(service, changed(VISIT, "visit", more=(party,)))

    page = look(filled)
    response = press(filled)

    assert "office ع" in page
    assert response.url == f"{filled.address('visit')}?return=review"
    assert not {"party", "unit"} & set(answers())
    assert answers()["subject"] == SUBJECT
    assert filled.review().status_code == 302


def test_what_was_typed_and_is_no_answer_yet_comes_along(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", {**APPLICANT, "mobile": "12"})
    published(service, changed(VISIT, "applicant", more=(PLATE,)))

    move(browser)

    page = browser.open("applicant", "?return=review").content.decode()
    assert 'value="12"' in page
    assert APPLICANT["name"] in page


def test_what_was_typed_for_a_question_that_is_gone_is_shown_before_it_goes(
    browser: Browser, service: ServicePage
) -> None:
    browser.send("applicant", {**APPLICANT, "mobile": "05-half"})
    published(service, changed(VISIT, "applicant", without=("mobile",)))

    assert "05-half" in look(browser)


def test_an_open_entry_stays_open(browser: Browser, service: ServicePage) -> None:
    browser.send("applicant", APPLICANT)
    browser.send("visit", {**VISIT_ANSWERS, "letter": letter()})
    browser.send("company", COMPANY, do="row-add:companions")
    browser.send("company", {"companions.r1.who": "Reem", "shown.companions.r1": "who proof", **COMPANY}, do="save")
    published(service, WITH_PLATE)

    move(browser)
    browser.open("visit")
    browser.send_as_shown("visit", {**VISIT_ANSWERS, "plate": "ABC", "shown": browser.hidden["shown"]})

    page = browser.open("company").content.decode()
    assert 'value="Reem"' in page


def test_pressed_twice_it_moves_once(filled: Browser, service: ServicePage) -> None:
    published(service, WITH_PLATE)
    look(filled)

    first = press(filled)
    revision = draft().revision
    second = press(filled)

    assert first.status_code == second.status_code == 303
    assert draft().revision == revision
    assert filled.client.get(second.url).url == filled.address("visit")


@pytest.mark.parametrize("forged", [{"ticket": ""}, {"to": "999999"}, {"to": ""}, {"revision": "1"}, {"do": ""}])
def test_nothing_moves_without_the_page_that_was_shown(
    filled: Browser, service: ServicePage, forged: dict[str, str]
) -> None:
    published(service, WITH_PLATE)
    look(filled)

    response = press(filled, **{"do": updating.MOVE, **forged})

    assert response.url == filled.named("apply:update", filled.slug)
    assert draft().form_version.number == 1


def test_answers_given_in_another_window_are_looked_at_again(filled: Browser, service: ServicePage) -> None:
    published(service, WITH_PLATE)
    look(filled)
    shown = dict(filled.hidden)
    filled.send("visit", {**VISIT_ANSWERS, "subject": "موضوع آخر"}, do="save")
    filled.hidden = shown

    press(filled)

    assert draft().form_version.number == 1
    assert move(filled).status_code == 303
    assert answers()["subject"] == "موضوع آخر"


def test_a_form_published_once_more_is_looked_at_again(filled: Browser, service: ServicePage) -> None:
    published(service, WITH_PLATE)
    look(filled)
    published(service, changed(WITH_PLATE, "visit", without=("subject",)))

    press(filled)

    assert draft().form_version.number == 1
    assert answers()["subject"] == SUBJECT


def test_after_sending_in_another_window_nothing_is_left_to_move(filled: Browser, service: ServicePage) -> None:
    published(service, WITH_PLATE)
    look(filled)
    shown = dict(filled.hidden)
    filled.review()
    filled.submit()
    filled.hidden = shown

    assert press(filled).status_code == 303
    assert ServiceRequest.objects.get().form_version.number == 1


# -- a second window that still shows the form as it was


def test_a_page_of_the_old_form_overwrites_nothing_and_keeps_its_text(filled: Browser, service: ServicePage) -> None:
    filled.open("visit")
    old_page = dict(filled.hidden)
    published(service, WITH_PLATE)
    move(filled)
    filled.hidden = old_page

    response = filled.send_as_shown("visit", {**VISIT_ANSWERS, "subject": "من نافذة قديمة"})

    assert response.status_code == 303
    assert answers()["subject"] == SUBJECT
    page = filled._seen(filled.client.get(response.url)).content.decode()
    assert "من نافذة قديمة" in page
    assert 'name="plate"' in page
    answer = {**VISIT_ANSWERS, "subject": "من نافذة قديمة", "plate": "1", "shown": filled.hidden["shown"]}
    assert filled.send_as_shown("visit", answer).status_code == 303
    assert answers()["subject"] == "من نافذة قديمة"


def test_text_of_the_old_page_that_is_not_asked_any_more_is_shown_to_copy(
    filled: Browser, service: ServicePage
) -> None:
    filled.open("visit")
    old_page = dict(filled.hidden)
    published(service, changed(VISIT, "visit", without=("subject",)))
    move(filled)
    filled.hidden = old_page

    response = filled.client.post(filled.address("visit"), {**old_page, **VISIT_ANSWERS, "subject": "نص طويل"})

    assert response.status_code == 409
    assert "نص طويل" in response.content.decode()
    assert "subject" not in answers()


def test_saving_in_passing_from_the_old_page_is_told(filled: Browser, service: ServicePage) -> None:
    filled.open("visit")
    old_page = dict(filled.hidden)
    published(service, WITH_PLATE)
    move(filled)

    response = filled.client.post(
        filled.address("visit"),
        {**old_page, **VISIT_ANSWERS, "subject": "x", "do": "autosave"},
        headers={"HX-Request": "true"},
    )

    assert 'id="saved"' in response.content.decode()
    assert answers()["subject"] == SUBJECT


def test_the_old_review_sends_nothing_after_the_move(filled: Browser, service: ServicePage) -> None:
    filled.review()
    old_page = dict(filled.hidden)
    published(service, changed(VISIT, "visit", without=("subject",)))
    move(filled)
    filled.hidden = old_page

    response = filled.submit()

    assert response.url == filled.named("apply:review", filled.slug)
    assert not ServiceRequest.objects.exists()


# -- the old version is retired


@pytest.fixture
def retired(filled: Browser, service: ServicePage) -> Browser:
    filled.open("visit")
    published(service, WITH_PLATE)
    retire(draft().form_version)
    return filled


def test_every_page_of_a_retired_form_leads_to_what_changed(retired: Browser) -> None:
    update = retired.named("apply:update", retired.slug)
    addresses = [retired.address("visit"), retired.named("apply:start", retired.slug),
                 retired.named("apply:review", retired.slug)]  # fmt: skip

    assert [retired.client.get(address).url for address in addresses] == [update] * 3
    assert "stay" not in look(retired)


def test_what_was_on_the_page_is_saved_before_one_is_led_away(retired: Browser) -> None:
    response = retired.send_as_shown("visit", {**VISIT_ANSWERS, "subject": "آخر ما كُتب"})

    assert response.url == retired.named("apply:update", retired.slug)
    assert answers()["subject"] == "آخر ما كُتب"
    assert draft().form_version.number == 1
    move(retired)
    assert answers()["subject"] == "آخر ما كُتب"


def test_a_retired_form_is_not_sent(filled: Browser, service: ServicePage) -> None:
    filled.review()
    published(service, WITH_PLATE)
    retire(draft().form_version)

    response = filled.submit()

    assert response.url == filled.named("apply:update", filled.slug)
    assert not ServiceRequest.objects.exists()
    assert answers()["subject"] == SUBJECT


def test_nobody_stays_with_a_retired_form(retired: Browser) -> None:
    look(retired)

    assert press(retired, updating.STAY).url == retired.named("apply:update", retired.slug)


def test_a_first_page_of_a_form_retired_meanwhile_keeps_what_was_typed(browser: Browser, service: ServicePage) -> None:
    browser.open("applicant")
    old = Form.objects.get(translation_key=service.translation_key).live_version
    assert old is not None
    published(service, WITH_PLATE)
    retire(old)

    response = browser.send_as_shown("applicant", APPLICANT)

    assert response.url == browser.named("apply:update", browser.slug)
    assert answers()["name"] == APPLICANT["name"]
    assert move(browser).url.startswith(browser.address("visit"))


def test_signed_out_on_a_retired_form_what_was_typed_is_there_again(retired: Browser, citizen: User) -> None:
    retired.client.logout()
    retired.send_as_shown("visit", {**VISIT_ANSWERS, "subject": "قبل الخروج"})
    retired.client.force_login(citizen)
    stash = Stash.objects.get()

    page = retired.open("visit", f"?restore={stash.public_id}").content.decode()

    assert "قبل الخروج" in page


def test_with_no_form_to_move_to_the_answers_are_kept_and_shown(retired: Browser, service: ServicePage) -> None:
    Form.objects.filter(translation_key=service.translation_key).update(live_version=None)

    page = look(retired)

    assert SUBJECT in page
    assert 'value="move"' not in page
    assert press(retired).url == retired.named("apply:update", retired.slug)


def test_going_back_to_a_retired_form_accepts_it_again(retired: Browser, service: ServicePage) -> None:
    FormVersion.objects.filter(pk=draft().form_version_id).update(digest=digest_of(VISIT))

    published(service, VISIT)

    assert retired.review().status_code == 200
    assert retired.submit().status_code == 303
    assert ServiceRequest.objects.get().form_version.number == 1
