"""Forms of facts, each in a module of its noun. They record what the papers say; none of them judges it."""

from clients.forms.clients import ClientForm
from clients.forms.corrections import CorrectionForm, save_or_explain
from clients.forms.ira_balances import IraBalanceForm
from clients.forms.movements import MovementForm
from clients.forms.participants import ParticipantPageForms
from clients.forms.plan_assets import PlanAssetsForm
from clients.forms.plans import PlanFactsForm, PlanPageForms, ProvisionForm, SubaccountForm
from clients.forms.statements import StatementForm
from clients.forms.years import ContributionRecordForm, YearForm, register_year_check

__all__ = [
    "ClientForm",
    "ContributionRecordForm",
    "CorrectionForm",
    "IraBalanceForm",
    "MovementForm",
    "ParticipantPageForms",
    "PlanAssetsForm",
    "PlanFactsForm",
    "PlanPageForms",
    "ProvisionForm",
    "StatementForm",
    "SubaccountForm",
    "YearForm",
    "register_year_check",
    "save_or_explain",
]
