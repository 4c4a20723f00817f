import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from advisors.models import Advisor, Firm, Role


class Command(BaseCommand):
    help = "Make a firm and its first owner, who may also use the admin; the password is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="name of the firm")
        parser.add_argument("email", help="the owner's e-mail address")
        parser.add_argument("full_name", help="the owner's name")

    def handle(self, *args: Any, **options: Any) -> None:
        if Advisor.objects.filter(email=options["email"].strip().lower()).exists():
            raise CommandError("Somebody signs in with that e-mail address already.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Once more: "):
            raise CommandError("The passwords differ; nothing was made.")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            firm = Firm.objects.create(name=options["name"])
            Advisor.objects.create_user(
                options["email"],
                password,
                full_name=options["full_name"],
                firm=firm,
                role=Role.OWNER,
                is_staff=True,
                is_superuser=True,
            )
        self.stdout.write(f"{firm} is ready; {options['email']} can sign in.")
