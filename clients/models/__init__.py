"""Facts: what the plan's papers say. Nothing here judges them; `rollovers` does."""

from clients.models.client import Client
from clients.models.contribution_record import ContributionRecord
from clients.models.ira_balance import IraBalance
from clients.models.plan import Plan, PlanProvision, Subaccount
from clients.models.plan_assets import PlanAssets
from clients.models.reliance import Reliance
from clients.models.subaccount_movement import SubaccountMovement
from clients.models.subaccount_statement import SubaccountStatement

__all__ = [
    "Client",
    "ContributionRecord",
    "IraBalance",
    "Plan",
    "PlanAssets",
    "PlanProvision",
    "Reliance",
    "Subaccount",
    "SubaccountMovement",
    "SubaccountStatement",
]
