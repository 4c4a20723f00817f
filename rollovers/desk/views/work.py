"""The work list: what is open, with its due date."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from rollovers.desk.work import list_work
from rollovers.evidence.queries.lives import list_open_letters
from rollovers.issuing.queries.drafts import list_drafts

ITEMS_A_PAGE = 250
SHOWN = {"": "All", "overdue": "Overdue", "sixty_day": "60 days", "drafts": "Drafts"}


@require_GET
def work_list(request: AdvisorRequest) -> HttpResponse:
    firm, today = request.user.firm, localdate()
    work = list_work(letters=list(list_open_letters(firm=firm)), today=today)
    drafts = list(list_drafts(firm=firm))
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else ""
    kept = {
        "overdue": [item for item in work if item.is_overdue],
        "sixty_day": [item for item in work if item.is_sixty_day],
        "drafts": [],
    }.get(chosen, work)
    context = {
        "page": Paginator(kept, ITEMS_A_PAGE).get_page(request.GET.get("page")),
        "drafts": drafts if chosen in {"", "drafts"} else [],
        "chosen": chosen,
        "tabs": [
            ("", SHOWN[""], len(work) + len(drafts)),
            ("overdue", SHOWN["overdue"], sum(item.is_overdue for item in work)),
            ("sixty_day", SHOWN["sixty_day"], sum(item.is_sixty_day for item in work)),
            ("drafts", SHOWN["drafts"], len(drafts)),
        ],
        "today": today,
    }
    return render(request, "desk/work_list.html", context)
