"""Every read of requests and letters, scoped by firm; and the facts that a rollover looks at."""

from rollovers.queries.changes import (
    ChangedFact,
    find_changed_facts,
    take_snapshot,
)
from rollovers.queries.drafts import find_draft_by_key
from rollovers.queries.facts import (
    PlanFacts,
    get_plan_facts,
    has_entered_limit,
    list_acknowledgements,
    list_client_facts,
    list_entered_figures,
    list_latest_assets,
    list_standing_requests,
    lock_subaccount,
)
from rollovers.queries.letters import (
    find_letter_by_key,
    get_letter,
    is_superseded,
    list_letters,
    read_letter_pdf,
)
from rollovers.queries.tax_forms import (
    get_received_form,
    list_letters_of_participant,
    list_payments,
    list_received_forms,
)
from rollovers.queries.trail import find_last_event, lock_chain

__all__ = [
    "ChangedFact",
    "PlanFacts",
    "find_changed_facts",
    "find_draft_by_key",
    "find_last_event",
    "find_letter_by_key",
    "get_letter",
    "get_plan_facts",
    "get_received_form",
    "has_entered_limit",
    "is_superseded",
    "list_acknowledgements",
    "list_client_facts",
    "list_entered_figures",
    "list_latest_assets",
    "list_letters",
    "list_letters_of_participant",
    "list_payments",
    "list_received_forms",
    "list_standing_requests",
    "lock_chain",
    "lock_subaccount",
    "read_letter_pdf",
    "take_snapshot",
]
