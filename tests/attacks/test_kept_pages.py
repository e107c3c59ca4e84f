"""No cache between the portal and a person keeps a page that was drawn for him."""

import pytest
from django.test import Client

from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import User
from services_catalog.models import ServicePage
from tests.attacks.addresses import every_address
from tests.factories import DraftFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

CANARY = "canary-77f0"


def pages_of(person: User) -> list[str]:
    request, draft = ServiceRequestFactory(applicant=person), DraftFactory(applicant=person)
    urls = {"/" + each.route for each in every_address() if each.route.startswith("ar/") and "<" not in each.route}
    urls = {url for url in urls if "(" not in url and "logout" not in url}
    urls |= {f"/ar/requests/{request.public_id}/{part}" for part in ("", "received/", "summary.pdf", "cancel/")}
    urls |= {f"/ar/apply/{draft.service.slug}/{part}" for part in ("", "steps/topic/", "review/", "link/", "mobile/")}
    services = ServicePage.objects.live()
    urls |= {"/ar/", "/ar/services/", *(str(page.get_url()) for page in services)}
    return sorted(urls)


def is_kept_nowhere(header: str) -> bool:
    """Neither by a proxy nor, without asking again, by the browser of the next one at the same computer."""
    return "no-store" in header or ("private" in header and ("no-cache" in header or "max-age=0" in header))


@pytest.mark.parametrize("who", ["citizen", "guest"])
def test_every_page_of_a_known_person_is_his_alone(who: str, client: Client) -> None:
    person: User = UserFactory(**{who: True})
    User.objects.filter(pk=person.pk).update(full_name=CANARY)
    if who == "citizen":
        client.force_login(person)
    else:
        session = client.session
        session[IN_THE_SESSION] = str(person.public_id)
        session.save()

    answers = {url: client.get(url) for url in pages_of(person)}
    drawn = {url: answer for url, answer in answers.items() if answer.status_code == 200}
    # Files of scripts and the puzzle of the check hold nothing of a person.
    kept = {url: answer.headers.get("Cache-Control", "") for url, answer in drawn.items() if "challenge" not in url}

    assert {url: header for url, header in kept.items() if not is_kept_nowhere(header)} == {}
    assert len(kept) > 10


def test_what_was_drawn_for_one_is_not_shown_to_the_next(client: Client) -> None:
    person = UserFactory(citizen=True, full_name=CANARY)
    client.force_login(person)
    for url in ("/ar/", "/ar/services/"):
        assert CANARY in client.get(url).content.decode()
        assert CANARY not in Client().get(url).content.decode()
