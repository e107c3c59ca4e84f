"""The conventions that hold the code base together, each as a test that says what it protects."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from importlinter import cli

from cms import PROJECT_ROOT
from cms.settings.base import STATIC_URL

PACKAGES = ("cms", "home", "services_catalog", "forms_builder", "requests", "scripts")
TEMPLATES = PROJECT_ROOT / "templates"
STYLESHEETS = PROJECT_ROOT / "cms" / "static"
CATALOGUE = PROJECT_ROOT / "locale" / "ar" / "LC_MESSAGES" / "django.po"

# Bodies whose services the portal was first built for; they are content, never code.
BODIES = (
    "najran", "نجران", "qassim", "القصيم", "sulayyil", "السليل", "tabuk", "تبوك", "jouf", "الجوف", "hail", "حائل",
    "municipality", "balady", "بلدي", "nafath", "نفاذ", "absher", "أبشر",
    "madinah", "المدينة المنورة", "amman", "عمان الكبرى", "لقاء الجماهير", "tawasul", "تواصل معنا",
)  # fmt: skip

# Where the life of a request is written; everybody else reads (records.scope.visible_to).
WRITERS = ("service_requests/workflow/", "service_requests/wizard/submit.py", "service_requests/exchange/")
WRITES = re.compile(r"^(save|update|delete|create|get_or_create|update_or_create|bulk_\w+|abulk_\w+|aupdate|asave)$")

PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)(-\w+)*|left|right)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)\b"
    r"|border-(top|bottom)-(left|right)-radius"
)


def python_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (
            file
            for file in (PROJECT_ROOT / package).rglob("*.py")
            if "migrations" not in file.relative_to(PROJECT_ROOT).parts
        )
    yield PROJECT_ROOT / "manage.py"


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT))


def test_apps_import_each_other_one_way_only() -> None:
    assert cli.lint_imports(config_filename=str(PROJECT_ROOT / "pyproject.toml"), no_cache=True) == 0


def test_foreign_keys_point_one_way_too() -> None:
    """A model named by a string counts as an import."""
    level = {"jobs": 0, "cms": 0, "forms_builder": 1, "accounts": 1, "organisations": 2, "services_catalog": 2}
    level |= {"front": 3, "service_requests": 3}

    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for label, height in level.items()
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and isinstance(field.related_model, type)
        if level.get(field.related_model._meta.app_label, -1) > height
    ]

    assert upward == []


def test_the_source_root_holds_one_app_and_is_no_package() -> None:
    root = Path(apps.get_app_config("service_requests").path).parent

    assert root.name == "requests"
    assert [init.parent.name for init in root.glob("*/__init__.py")] == ["service_requests"]
    assert not (root / "__init__.py").exists()


def test_no_body_is_named_in_code() -> None:
    words = re.compile("|".join(rf"(?<!\w){re.escape(body)}(?!\w)" for body in BODIES), re.IGNORECASE)
    files = [*python_files(), *TEMPLATES.rglob("*.html"), *STYLESHEETS.rglob("*.css")]

    naming = [f"{named(file)}: {hit.group()}" for file in files for hit in words.finditer(file.read_text())]

    assert naming == []


def test_nothing_in_code_waits_by_sleeping() -> None:
    sleeping = [
        f"{named(file)}:{node.lineno}"
        for file in [*python_files(), *(PROJECT_ROOT / "tests").rglob("*.py")]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]

    assert sleeping == []


# --- Only actions write to a request -----------------------------------------------------------------


def test_only_actions_write_to_a_request() -> None:
    files = (file for file in python_files() if not any(writer in named(file) for writer in WRITERS))

    written = [f"{named(file)}:{line}" for file in files for line in writes_to_requests(ast.parse(file.read_text()))]

    assert written == []


@pytest.mark.parametrize(
    "code",
    [
        "ServiceRequest.objects.filter(pk=1).update(status='x')",
        "ServiceRequest.objects.bulk_create([])",
        "def f(request: ServiceRequest): request.save()",
        "def f(request: 'ServiceRequest | None'): request.save(update_fields=['status'])",
        "def f():\n    rows = visible_to(user)\n    rows.update(status='x')",
        "def f():\n    case = get_object_or_404(visible_to(user), pk=1)\n    case.save()",
        "visible_to(user).open().update(assignee=None)",
        "def f(rows: 'QuerySet[ServiceRequest]'): rows.bulk_update([], ['status'])",
        "def f():\n    rows = ServiceRequest.objects.all()\n    for row in rows:\n        row.save()",
    ],
)
def test_control_each_way_of_writing_is_seen(code: str) -> None:
    assert list(writes_to_requests(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["draft.save()", "ServiceRequest.objects.filter(pk=1)", "def f(d: dict): d.update({})"]
)
def test_control_what_does_not_write_to_a_request_is_not_blamed(code: str) -> None:
    assert not list(writes_to_requests(ast.parse(code)))


def writes_to_requests(module: ast.Module) -> Iterator[int]:
    """Lines on which something that comes from requests is written to."""
    for scope in [module, *(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.Lambda))]:
        known = _names_of_requests(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and WRITES.match(node.func.attr):
                if _comes_from_requests(node.func.value, known):
                    yield node.lineno


def _names_of_requests(scope: ast.AST) -> set[str]:
    known: set[str] = set()
    if isinstance(scope, ast.FunctionDef):
        arguments = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
        known |= {a.arg for a in arguments if a.annotation and "ServiceRequest" in ast.unparse(a.annotation)}
    # Twice, so that a name made from a name is known as well.
    for _pass in range(2):
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign) and _comes_from_requests(node.value, known):
                known |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            if isinstance(node, ast.For | ast.comprehension) and _comes_from_requests(node.iter, known):
                known |= {node.target.id} if isinstance(node.target, ast.Name) else set()
    return known


def _comes_from_requests(value: ast.AST, known: set[str]) -> bool:
    """Whether a chain of calls and attributes begins at requests: their model, their scope, or a known name."""
    while True:
        match value:
            case ast.Call(func=ast.Name(id=name), args=arguments):
                if name in {"visible_to", "ServiceRequest"}:
                    return True
                return name in {"get_object_or_404", "list"} and any(_comes_from_requests(a, known) for a in arguments)
            case ast.Call(func=function):
                value = function
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                value = inner
            case ast.Name(id=name):
                return name == "ServiceRequest" or name in known
            case _:
                return False


# --- Templates and stylesheets ------------------------------------------------------------------------


def public_templates() -> list[Path]:
    return [file for file in TEMPLATES.rglob("*.html") if "wagtailadmin" not in file.parts]


def test_public_templates_carry_no_inline_script_and_no_inline_style() -> None:
    """The policy of the public site blocks them (cms.settings: CONTENT_SECURITY_POLICY)."""
    inline = re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(ld\+)?json\")|<style|\sstyle=|\son\w+=\"|javascript:"
    )

    found = [
        f"{named(file)}: {hit.group()}" for file in public_templates() for hit in inline.finditer(file.read_text())
    ]

    assert found == []


def test_templates_load_nothing_from_other_servers() -> None:
    foreign = re.compile(r"(?:src|href)=\"(?:https?:)?//[^\"]*\.(?:js|css|woff2?|png|svg)")

    assert [named(file) for file in TEMPLATES.rglob("*.html") if foreign.search(file.read_text())] == []


def test_stylesheets_use_logical_directions_only() -> None:
    """What says left or right is wrong in one of the two writing directions."""
    without_comments = {
        file: re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL) for file in STYLESHEETS.rglob("*.css")
    }

    found = [
        f"{named(file)}: {hit.group()}" for file, css in without_comments.items() for hit in PHYSICAL.finditer(css)
    ]

    assert without_comments
    assert found == []


@pytest.mark.parametrize("rule", ["margin-left: 1em", "text-align: right", "a{left:0}", "border-top-left-radius: 3px"])
def test_control_physical_directions_are_seen(rule: str) -> None:
    assert PHYSICAL.search(rule)


@pytest.mark.parametrize("rule", ["margin-inline-start: 1em", "text-align: start", "inset-inline-end: 0"])
def test_control_logical_directions_are_not_blamed(rule: str) -> None:
    assert not PHYSICAL.search(rule)


def test_static_files_are_addressed_through_the_tag() -> None:
    assert [named(file) for file in TEMPLATES.rglob("*.html") if f'"{STATIC_URL}' in file.read_text()] == []


# --- Words --------------------------------------------------------------------------------------------


def test_sentences_are_marked_by_names_that_makemessages_knows() -> None:
    """Under another name a sentence never comes into the catalogue, and stays English in every language."""
    other = [
        f"{named(file)}:{node.lineno} {alias.asname}"
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]
    assert not other


def test_every_sentence_is_translated() -> None:
    catalogue = polib.pofile(str(CATALOGUE))

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    """A bare machine has no msgfmt, so the compiled file is kept in the repository."""
    source = {entry.msgid_with_context: _words(entry) for entry in polib.pofile(str(CATALOGUE)).translated_entries()}
    compiled = {entry.msgid_with_context: _words(entry) for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}

    assert compiled == source


def _words(entry: polib.POEntry | polib.MOEntry) -> object:
    return dict(entry.msgstr_plural) if entry.msgstr_plural else entry.msgstr
