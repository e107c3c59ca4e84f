"""`manage.py forget_second_factor NAME`: for a member of staff whose phone and recovery codes are lost."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from home.accounts.models import User


class Command(BaseCommand):
    help = "Forget somebody's second factor; it is set up anew at the next sign-in. Make sure first who is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = User.objects.filter(username__iexact=username).first()
        if person is None:
            raise CommandError(f"Nobody is called {username}.")
        Authenticator.objects.filter(user=person).delete()
        self.stdout.write(f"{person.username} sets up a second factor at the next sign-in.")
