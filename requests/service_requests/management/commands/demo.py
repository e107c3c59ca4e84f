"""`manage.py demo`: content, accounts and some requests to look at. Run again it adds what is missing.

Only this command makes accounts with a known password, and production settings refuse it.
"""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from wagtail.users.models import UserProfile

from cms.identity import IdentityType
from home.accounts.establishments.delegating import delegate
from home.accounts.establishments.models import Delegation, Establishment
from home.accounts.models import User
from service_requests.demonstration import file_requests
from services_catalog.duties import limit_post
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Absence, Department, Membership, Role

PASSWORD = "diwan-demo"


class Command(BaseCommand):
    help = "Set up the demonstration: content, accounts (password diwan-demo) and sample requests."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ACCOUNTS:
            raise CommandError("Demonstration accounts have a password that everyone knows: not with these settings.")
        call_command("load_content", stdout=self.stdout)
        call_command("setup_groups", stdout=self.stdout)
        people = _read("people.json")
        for person in people["staff"]:
            self._staff(person)
        for person in people["staff"]:
            self._chart(person)
        citizens = [_account(person) for person in people["citizens"]]
        for person in people["delegates"]:
            _account(person)
        others = [_applicant(place, name) for place, name in enumerate(people["applicants"])]
        for establishment in people["establishments"]:
            _establishment(establishment)
        made = file_requests(_read("requests.json"), [*citizens, *others])
        self.stdout.write(f"Sample requests made: {made}")
        names = ", ".join(person["username"] for kind in ("staff", "citizens", "delegates") for person in people[kind])
        self.stdout.write(f"Accounts: {names}; password {PASSWORD}")

    def _staff(self, person: dict[str, Any]) -> None:
        user = _account(person)
        user.groups.add(Group.objects.get(name=person["group"]))
        # A browser set to English would otherwise give an office that writes Arabic an English desk;
        # who chose a language since keeps it.
        UserProfile.objects.get_or_create(user=user, defaults={"preferred_language": settings.LANGUAGE_CODE})
        for name in person.get("departments", []):
            Membership.objects.get_or_create(user=user, department=_department(name), role=None)
        for post in person.get("posts", []):
            role = Role.objects.get(key=post["role"])
            made, is_new = Membership.objects.get_or_create(
                user=user, department=_department(post["department"]), role=role
            )
            if is_new:
                limit_post(made, _services(post.get("services", [])))

    def _chart(self, person: dict[str, Any]) -> None:
        """Who stands in for whom, and who is away: once everybody is there. Days count from today."""
        user = User.objects.get(username=person["username"])
        for post in person.get("posts", []):
            if "substitute" in post:
                held = Membership.objects.get(
                    user=user, department=_department(post["department"]), role__key=post["role"]
                )
                if held.substitute is None:
                    held.substitute = User.objects.get(username=post["substitute"])
                    held.save()
        if not user.absences.exists():
            for days in person.get("absences", []):
                first, last = (timezone.localdate() + timedelta(days=days[day]) for day in ("first_day", "last_day"))
                Absence.objects.create(user=user, first_day=first, last_day=last)


def _read(name: str) -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "content" / "demo" / name
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _department(name: str) -> Department:
    organisation, _slash, key = name.partition("/")
    return Department.objects.get(organisation__key=organisation, key=key)


def _services(slugs: list[str]) -> list[int]:
    pages = ServicePage.objects.filter(slug__in=slugs, locale__language_code=settings.LANGUAGE_CODE)
    return list(pages.values_list("pk", flat=True))


def _account(person: dict[str, Any]) -> User:
    """The account of that name; its password is put back, so that the printed one is always right."""
    user = User.objects.filter(username=person["username"]).first()
    if user is None:
        user = User(
            username=person["username"],
            full_name=person["full_name"],
            identity_type=IdentityType.NATIONAL_ID,
            identity_number=person["identity"],
            mobile=person["mobile"],
            email=person.get("email", f"{person['username']}@example.com"),
        )
        user.prove_mobile(person["mobile"])
        user.prove_email()
    if not (user.password and _is_right(user.password)):
        user.password = _hashed()
        user.full_clean()
        user.save()
    return user


# A hash takes a second by design: one serves all accounts, whose password is printed anyway.
@cache
def _hashed() -> str:
    return make_password(PASSWORD)


@cache
def _is_right(hashed: str) -> bool:
    return check_password(PASSWORD, hashed)


def _establishment(told: dict[str, Any]) -> None:
    """An office, its owner and whoever acts for it; what was changed or ended since stays as it is."""
    office, is_new = Establishment.objects.get_or_create(
        kind=told["kind"], number=told["number"], defaults={"name": told["name"]}
    )
    if not is_new:
        return
    owner = User.objects.get(username=told["owner"])
    Delegation.objects.create(person=owner, establishment=office, role=Delegation.Role.OWNER)
    for username in told["delegates"]:
        delegate(User.objects.get(username=username), office, by=owner)


def _applicant(place: int, name: str) -> User:
    """Somebody who applied and whose account nobody signs in to."""
    username = f"applicant-{place + 1}"
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    user = User(
        username=username,
        full_name=name,
        identity_type=IdentityType.NATIONAL_ID,
        identity_number=_national_id(place + 1),
        mobile=f"+9665055500{place:02d}",
        email=f"{username}@example.com",
    )
    user.prove_email()
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


def _national_id(serial: int) -> str:
    """A number with a right check digit (Luhn, doubling the first digit)."""
    digits = f"1{serial * 7919:08d}"
    doubled = (str(int(digit) * 2) if place % 2 == 0 else digit for place, digit in enumerate(digits))
    return digits + str(-sum(int(digit) for part in doubled for digit in part) % 10)
