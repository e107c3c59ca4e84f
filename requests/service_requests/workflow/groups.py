"""The four groups of staff and their rights. Made after each migration, and by `manage.py setup_groups`.

| right                                                  | editor | clerk | supervisor | auditor |
|--------------------------------------------------------|--------|-------|------------|---------|
| write, translate and publish pages                     | yes    |       |            |         |
| add images, documents and categories                   | yes    |       |            |         |
| see requests of his posts                              |        | yes   |            |         |
| see requests of his organisation and of those below it |        |       | yes        | yes     |
| take, ask the citizen, approve, reject                 |        | yes   | yes        |         |
| register requests at the service window                |        | yes   | yes        |         |
| change the state of many at once                       |        | yes   | yes        |         |
| assign, import                                         |        |       | yes        |         |
| export                                                 |        |       | yes        | yes     |
| inspect files drawn at random                          |        |       | yes        |         |
| keep templates of messages                             |        |       | yes        |         |
| keep texts and channels of notices, send notices again |        |       | yes        |         |
| keep templates of documents                            | yes    |       | yes        |         |
| read templates of documents                            | yes    |       | yes        | yes     |
| revoke issued documents                                |        |       | yes        |         |
| read the history of a request                          |        | yes   | yes        | yes     |
| read the register of notices                           |        |       | yes        | yes     |
| set calendars of appointments                          | yes    |       | yes        |         |
| set working hours and closed days                      |        |       | yes        |         |
| change departments, posts and absences                 |        |       | yes        |         |
| keep establishments and who may act for them           |        |       | yes        |         |
| read organisations, departments, posts, absences       |        |       | yes        | yes     |
| name roles                                             | yes    |       |            |         |
| read roles                                             | yes    |       | yes        | yes     |
| read the registries of his organisation                | yes    |       | yes        | yes     |
| make registries, add, change, import entries           | yes    |       | yes        |         |
| read workflows and their versions                      | yes    |       | yes        | yes     |
| make and change workflows of his organisation          | yes    |       |            |         |
| move running requests to the newest version            |        |       | yes        |         |

Of what his groups allow, a person may do on a request what is the work of his posts (workflow.standing).

A group made here may be given more rights by hand; setting up again adds what is missing and takes
nothing away.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from services_catalog.processes.defaults import ensure_shipped

EDITOR = "editor"
CLERK = "clerk"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"

_ADMIN = "wagtailadmin.access_admin"
_WORK = (
    "service_requests.view_servicerequest",
    "service_requests.process_servicerequest",
    "service_requests.decide_servicerequest",
    "service_requests.history_servicerequest",
    "service_requests.register_servicerequest",
)
_CALENDARS = (
    "service_requests.view_appointmentcalendar",
    "service_requests.add_appointmentcalendar",
    "service_requests.change_appointmentcalendar",
)
_KEEP_TEMPLATES = (
    "service_requests.view_messagetemplate",
    "service_requests.add_messagetemplate",
    "service_requests.change_messagetemplate",
    "service_requests.delete_messagetemplate",
)
_KEEP_NOTICES = (
    "service_requests.view_noticetext",
    "service_requests.add_noticetext",
    "service_requests.change_noticetext",
    "service_requests.delete_noticetext",
    "service_requests.view_noticechannels",
    "service_requests.add_noticechannels",
    "service_requests.change_noticechannels",
    "service_requests.resend_notice",
)
_KEEP_PAPERS = (
    "service_requests.view_documenttemplate",
    "service_requests.add_documenttemplate",
    "service_requests.change_documenttemplate",
    "service_requests.delete_documenttemplate",
)
_READ_OFFICE = (
    "organisations.view_organisation",
    "organisations.view_department",
    "organisations.view_membership",
    "organisations.view_absence",
    "organisations.view_role",
    "organisations.view_workingcalendar",
)
_KEEP_ESTABLISHMENTS = tuple(
    f"accounts.{right}_{model}" for right in ("view", "add", "change") for model in ("establishment", "delegation")
)
_READ_REGISTRIES = ("registries.view_registry", "registries.view_registryentry")
_READ_WORKFLOWS = ("processes.view_workflow",)
_KEEP_REGISTRIES = (
    *_READ_REGISTRIES,
    *(
        f"registries.{right}_{model}"
        for right in ("add", "change", "delete")
        for model in ("registry", "registryentry")
    ),
)

RIGHTS: Mapping[str, tuple[str, ...]] = {
    EDITOR: (
        _ADMIN,
        "services_catalog.view_servicecategory",
        "services_catalog.add_servicecategory",
        "services_catalog.change_servicecategory",
        "services_catalog.delete_servicecategory",
        "organisations.view_role",
        "organisations.add_role",
        "organisations.change_role",
        "wagtail_localize.submit_translation",
        "front.change_portalsettings",
        *_KEEP_REGISTRIES,
        *_CALENDARS,
        *_KEEP_PAPERS,
        *_READ_WORKFLOWS,
        "processes.add_workflow",
        "processes.change_workflow",
        "processes.delete_workflow",
    ),
    CLERK: (_ADMIN, *_WORK, "service_requests.bulk_servicerequest"),
    SUPERVISOR: (
        _ADMIN,
        *_WORK,
        "service_requests.oversee_servicerequest",
        "service_requests.assign_servicerequest",
        "service_requests.bulk_servicerequest",
        "service_requests.export_servicerequest",
        "service_requests.import_servicerequest",
        "service_requests.view_notice",
        "service_requests.draw_inspection",
        *_KEEP_TEMPLATES,
        *_KEEP_NOTICES,
        *_KEEP_PAPERS,
        "service_requests.revoke_issueddocument",
        *_CALENDARS,
        *_READ_OFFICE,
        *_KEEP_REGISTRIES,
        *_READ_WORKFLOWS,
        *_KEEP_ESTABLISHMENTS,
        "organisations.change_department",
        "organisations.add_membership",
        "organisations.change_membership",
        "organisations.delete_membership",
        "organisations.add_absence",
        "organisations.change_absence",
        "organisations.delete_absence",
        "organisations.add_workingcalendar",
        "organisations.change_workingcalendar",
    ),
    AUDITOR: (
        _ADMIN,
        "service_requests.view_servicerequest",
        "service_requests.oversee_servicerequest",
        "service_requests.export_servicerequest",
        "service_requests.history_servicerequest",
        "service_requests.view_notice",
        "service_requests.view_documenttemplate",
        *_READ_OFFICE,
        *_READ_REGISTRIES,
        *_READ_WORKFLOWS,
    ),
}
# On every page, and on every image and document.
PAGE_RIGHTS: Mapping[str, tuple[str, ...]] = {EDITOR: ("add", "change", "publish", "lock", "unlock")}
FILE_RIGHTS: Mapping[str, tuple[str, ...]] = {EDITOR: ("add", "change", "choose")}


@transaction.atomic
def set_up_groups() -> None:
    """Make the groups and give them their rights; what is there already stays."""
    for name in RIGHTS:
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(RIGHTS[name]))
        _grant_pages(group, PAGE_RIGHTS.get(name, ()))
        _grant_files(group, FILE_RIGHTS.get(name, ()))


def set_up_after_migrations(sender: AppConfig, **kwargs: Any) -> None:
    """Once per migration: after the last app that has models, when every app has its permissions."""
    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if sender is with_models[-1]:
        set_up_groups()
        ensure_shipped()


def _permissions(names: Iterable[str]) -> list[Permission]:
    chosen = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        chosen |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(chosen))


def _grant_pages(group: Group, rights: Iterable[str]) -> None:
    # A test that flushes tables has no root page; the next set-up finds one.
    root = Page.objects.filter(depth=1).first()
    if root is None:
        return
    for permission in _permissions(f"wagtailcore.{right}_page" for right in rights):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _grant_files(group: Group, rights: Iterable[str]) -> None:
    root = Collection.objects.filter(depth=1).first()
    if root is None:
        return
    names = [
        f"{model._meta.app_label}.{right}_{model._meta.model_name}"
        for model in (get_image_model(), get_document_model())
        for right in rights
    ]
    for permission in _permissions(names):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
