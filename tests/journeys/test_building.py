"""An editor builds a service from nothing in the admin; what he publishes, a citizen applies for on his phone."""

import re
import uuid
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.applying import Application
from tests.journeys.browsing import Windows
from tests.journeys.building import Builder
from tests.journeys.papers import photo
from tests.journeys.people import Citizen
from tests.journeys.portal import DEMO_PASSWORD, Portal
from tests.journeys.publishing import OwnService

REGISTRY = "amman-contractor-permits"
PERMIT = {"contractor_number": "10211", "permit_number": "25/1040", "permit_year": "2025"}
FOUND = "شركة البنيان الحديث للمقاولات"
_INDEX = (
    "from services_catalog.models import ServiceIndexPage as I; print(I.objects.get(locale__language_code='ar').pk)"
)


def test_a_service_is_built_from_nothing_and_applied_for(
    visit: Windows, portal: Portal, citizen: Citizen, tmp_path: Path
) -> None:
    slug = f"built-{uuid.uuid4().hex[:8]}"
    builder = at_a_new_page(visit, portal, slug)
    build(builder)

    builder.publish()

    expect(builder.page.locator(".messages .success")).to_be_visible()
    at_home = visit(phone=True)
    citizen.register(at_home)
    apply(Application(at_home, tmp_path, service=slug))


def at_a_new_page(visit: Windows, portal: Portal, slug: str) -> Builder:
    window = visit()
    window.open("/admin/")
    window.sign_in("editor", DEMO_PASSWORD)
    builder = Builder(window, 0)
    builder.begin(int(portal.shell(_INDEX)), title=f"خدمة {slug}", summary="ترخيص نشاط.", slug=slug)
    builder.show_tab(2)
    department = builder.page.locator("select[name=department]")
    department.select_option(label=department.locator("option", has_text="تكنولوجيا المعلومات").first.inner_text())
    builder.show_form()
    return builder


def build(builder: Builder) -> None:
    """Three steps: a choice and one that depends on it, a look-up and a condition, a group and an upload."""
    activity = builder.add_step("النشاط", "Activity")
    kind = builder.add_field(activity, "one_of", "نوع النشاط", "Kind of activity")
    builder.options(kind, ("تجارة", "Trade", ""), ("صناعة", "Industry", ""))
    branch = builder.add_field(activity, "dependent_choice", "الفرع", "Branch")
    builder.pick(f"{branch}-depends_on", "نوع النشاط")
    builder.options(branch, ("بقالة", "Grocery", "تجارة"), ("أغذية", "Food", "صناعة"), ("نسيج", "Textiles", "صناعة"))

    permit = builder.add_step("التصريح", "Permit")
    found = builder.add_field(permit, "lookup", "تصريح المقاول", "Contractor's permit")
    builder.input(f"{found}-registry").select_option(REGISTRY)
    builder.pick(builder.add(f"{found}-show"), "اسم المقاول")
    builder.write(f"{found}-not_found", "لا تصريح بهذه الأرقام.", "No permit has these numbers.")
    builder.open_settings(found)
    builder.write(f"{found}-expired", "انتهى التصريح.", "The permit has expired.")
    meals = builder.add_field(permit, "short_text", "رقم شهادة الأغذية", "Number of the food certificate")
    builder.show_only_when(meals, "الفرع", "يساوي", "أغذية")

    others = builder.add_step("الشركاء والمرفقات", "Partners and papers")
    partners = builder.add_field(others, "group", "الشركاء", "Partners")
    builder.write(f"{partners}-item", "شريك", "partner")
    builder.add_field(partners, "full_name", "اسم الشريك", "Partner's name")
    builder.add_field(others, "files", "صورة السجل", "Copy of the register")

    keys = [builder.input(f"{block}-key").input_value() for block in (activity, kind, branch, found, meals, partners)]
    assert keys == [
        "activity",
        "kind_of_activity",
        "branch",
        "contractors_permit",
        "number_of_the_food_certificate",
        "partners",
    ]


def apply(application: Application) -> None:
    page = application.page
    application.window.open(f"/ar/services/{application.service}/")
    page.locator("a.button--start").first.click()
    application.is_at("activity")
    application.choose("kind_of_activity", "industry")
    application.choose("branch", "food")
    application.window.accessible()
    application.go_on()

    application.is_at("permit")
    for column, value in PERMIT.items():
        application.input(f"contractors_permit.{column}").fill(value)
    application.input("number_of_the_food_certificate").fill("غ-77")
    application.go_on()

    application.is_at("partners-and-papers")
    page.locator('button[name=do][value="row-add:partners"]').click()
    application.input("partners.r1.partners_name").fill("سالم أحمد محمد اليامي")
    page.locator('button[name=do][value="row-save:partners"]').click()
    expect(page.locator(".repeat-list__name")).to_have_text("سالم أحمد محمد اليامي")
    application.attach("copy_of_the_register", photo(application.papers, "register.png"))
    application.go_on()

    application.is_reviewing()
    expect(page.locator("main")).to_contain_text(FOUND)
    application.window.accessible()
    page.locator("form[data-sends-once] button[type=submit]").click()
    expect(page.locator("#request-number")).to_have_text(re.compile(r"^AMN-"))


def test_copies_moves_and_new_labels_leave_conditions_as_they_are(visit: Windows, own_service: OwnService) -> None:
    window = visit()
    window.open("/admin/")
    window.sign_in("editor", DEMO_PASSWORD)
    builder = Builder(window, own_service.pk)
    builder.open()
    builder.open_step(2)
    asked, reader = builder.question("has_items"), builder.question("items")
    read = f"{reader}-show_if-rules-0-value-field"

    builder.input(f"{asked}-label-en").fill("Anything else?")
    builder.input(f"{asked}-label-en").blur()
    builder.copy(asked)

    assert builder.question("has_items") == asked
    assert builder.question("has_items_2") != asked
    expect(builder.list_of(read)).not_to_have_class(re.compile("diwan-unknown"))

    builder.move(asked, "الإقرار الإلكتروني")

    moved = builder.question("has_items")
    assert moved.startswith("3-value-fields-")
    expect(builder.block(moved).locator(".diwan-told")).to_contain_text("قم باختيار المرفقات التي مع الزائر")
    expect(builder.list_of(read)).to_have_class(re.compile("diwan-unknown"))
    expect(builder.input(read)).to_have_value("has_items")

    builder.move(moved, "المرافقون والمرفقات")

    back = builder.question("has_items")
    assert back.startswith("2-value-fields-")
    # It stands at the end of its step now, behind what reads it: up, until it is before.
    for _place in range(3):
        builder.block(back).locator('[data-streamfield-action="MOVE_UP"]').first.click()
    expect(builder.list_of(read)).not_to_have_class(re.compile("diwan-unknown"))
    builder.save_draft()


def test_what_is_gone_from_a_list_stays_and_is_marked(visit: Windows, own_service: OwnService) -> None:
    window = visit()
    window.open("/admin/")
    window.sign_in("editor", DEMO_PASSWORD)
    builder = Builder(window, own_service.pk)
    builder.open()
    builder.open_step(2)
    reader = builder.question("other_item")
    value = f"{reader}-show_if-rules-0-value-value"
    stored = builder.input(value).input_value()
    options = builder.page.locator(
        f'input[name^="form_steps-{builder.question("items")}-options-"][name$="-value-value"]'
    )
    place = next(number for number, one in enumerate(options.all()) if one.input_value() == stored)

    options.nth(place).evaluate(
        "(input) => { input.value = 'renamed'; input.dispatchEvent(new Event('change', {bubbles: true})) }"
    )

    expect(builder.list_of(value)).to_have_class(re.compile("diwan-unknown"))
    expect(builder.list_of(value)).to_have_value(stored)
    expect(builder.list_of(value).locator("option:checked")).to_contain_text(stored)
    expect(builder.input(value)).to_have_value(stored)
